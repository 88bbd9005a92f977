-- Who links a case: signals go back along links as well, to the open cases that linked this one.
create index links_back on links (target_case, relation);
