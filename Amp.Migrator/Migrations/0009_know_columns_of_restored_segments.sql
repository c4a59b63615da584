-- Restored, and its footer says that it is of the very version of its revision, so that its columns are the table's.
alter table segments add column is_of_version boolean not null default false;
