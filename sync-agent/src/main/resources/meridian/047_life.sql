-- 047_life.sql: which life of each region this store knows of. ARCHITECTURE, "A region that begins anew".
create table if not exists meridian.life (
    region text primary key,
    life   int not null,
    constraint lives_behind_the_first_are_kept check (life > 1)
);
comment on table meridian.life is 'Regions that began anew with an empty database: whose log is applied here, and, of this store''s own region, which of them this store is. A region that is not named: the first';
grant select, insert, update on meridian.life to ${agent};
