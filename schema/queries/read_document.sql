-- What is known of a document, its content apart.
-- $1 sha256 text
select json_build_object('sha256', $1, 'name', d.name, 'size', d.size, 'media_type', d.media_type,
    'at', instant_text(d.at))::text
from documents d where d.sha256 = decode($1, 'hex') order by d.at limit 1
