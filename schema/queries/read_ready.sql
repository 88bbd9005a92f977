-- Does the database answer?
select '{"ready":true}'
