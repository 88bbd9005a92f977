-- The content of a document.
-- $1 sha256 bytea
select name, media_type, content from documents where sha256 = $1 order by at limit 1
