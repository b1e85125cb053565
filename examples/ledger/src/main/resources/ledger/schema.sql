-- schema.sql: the ledger's tables. Run once by ledger_owner, in every region's store, while it is empty. Changes nothing when run again.
-- user_key, the sharding key, comes first in every primary key. No sequences: two regions would draw the same number.

create table if not exists public.account (
    user_key    text   not null,
    name        text   not null,
    opened_with bigint not null,
    balance     bigint not null,
    entries     bigint not null default 0,
    opened_at   timestamptz not null default transaction_timestamp(),
    primary key (user_key, name),
    constraint an_account_is_never_overdrawn check (balance >= 0),
    constraint it_opens_with_money_or_nothing check (opened_with >= 0),
    constraint entries_are_counted check (entries >= 0)
);
comment on table public.account is 'A user''s account. balance = opened_with + the sum of its entries; amounts are in the smallest unit of money';
comment on column public.account.entries is 'How many entries it has: the number of the last one';

create table if not exists public.transfer (
    user_key     text   not null,
    request      text   not null,
    from_account text   not null,
    to_account   text   not null,
    amount       bigint not null,
    made_at      timestamptz not null default transaction_timestamp(),
    primary key (user_key, request),
    constraint a_transfer_is_between_two_accounts check (from_account <> to_account),
    constraint a_transfer_moves_something check (amount > 0)
);
comment on table public.transfer is 'One per request of a user: the client''s request id makes a repeat harmless';

create table if not exists public.entry (
    user_key text   not null,
    account  text   not null,
    number   bigint not null,
    request  text   not null,
    amount   bigint not null,
    balance  bigint not null,
    primary key (user_key, account, number),
    constraint a_request_touches_an_account_once unique (user_key, request, account),
    constraint an_entry_moves_something check (amount <> 0),
    constraint entries_are_numbered_from_one check (number > 0)
);
comment on table public.entry is 'Double entry: two per transfer, which sum to zero. Numbered without gaps within an account';
comment on column public.entry.balance is 'Of the account, after this entry';

grant select, insert, update on public.account to ledger;
grant select, insert on public.transfer, public.entry to ledger;
