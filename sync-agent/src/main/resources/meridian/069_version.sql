-- 069_version.sql: said last, in the transaction of all before it.
update meridian.settings set version = ${version} where version < ${version};
