-- Lists go by name, byte by byte, whatever the database's own order is: without these a page reads and sorts the whole table.
create index datasets_by_name on datasets (namespace collate "C", name collate "C");
create index workers_by_name on workers (node_id collate "C");
