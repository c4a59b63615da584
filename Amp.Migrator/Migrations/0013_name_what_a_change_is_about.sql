-- What a request is about, where its path does not say it: the dataset, manifest, provider or folder of its body.
alter table audit add column subject text;
