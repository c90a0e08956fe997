-- The same registry as tables, with the indexes that the questions want.
create extension if not exists pg_trgm;
drop schema if exists registry cascade;
create schema registry;
set search_path = registry, public;
alter database registry set search_path = registry, public;

create function search_key(name text) returns text language sql immutable strict parallel safe as $$
  select lower(btrim(regexp_replace(regexp_replace(
    translate(normalize(name, NFKC), U&'يىئےكةۀہەأإٱآؤ۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩\200C', 'ییییکههههااااو01234567890123456789 '),
    U&'[\064B-\065F\0670\0640\200E\200F\200B\200D\FEFF]', '', 'g'), '\s+', ' ', 'g')))
$$;

create table parks (id int primary key, code text not null unique, name text not null);
create table units (
  id int primary key, business_id text not null unique, name text not null, province text not null, status text not null,
  park_id int references parks,
  name_key text collate "C" not null generated always as (search_key(name)) stored);
create table exports (
  number bigint generated always as identity primary key, unit_id int references units, day date not null,
  month text not null, declaration text not null, office text not null, item int not null, hs text not null,
  country text not null, commodity_group text not null, kg numeric not null check (kg > 0),
  usd numeric(18, 2) not null check (usd > 0), unique (office, declaration, item));
create table history (
  id bigint generated always as identity primary key, export_id bigint not null, actor text not null,
  at timestamptz not null default now(), record jsonb not null);

-- The overview in one round trip.
create type overview as (units bigint, active bigint, exporters bigint, parks bigint, exports bigint, usd numeric);
create function overview("from" date, "until" date) returns overview language sql stable as $$
  with standing as (select count(*) as n, count(*) filter (where status in ('ACTIVE', 'SEMI_ACTIVE')) as active from units),
  sold as (select unit_id, count(*) as n, sum(usd) as usd from exports where day >= "from" and day < "until" group by 1)
  select standing.n, standing.active, (select count(unit_id) from sold), (select count(*) from parks),
    (select sum(n) from sold), (select sum(usd) from sold) from standing
$$;
create type export_sum as (month text, country text, count bigint, usd numeric);
create function export_sums("from" date, "until" date) returns setof export_sum language sql stable as $$
  select month, country, count(*), sum(usd) from exports where day >= "from" and day < "until" group by 1, 2
$$;
create function search_units("text" text) returns setof units language sql stable as $$
  select * from units where name_key like '%' || search_key("text") || '%' order by name_key, business_id
$$;
-- A rule, the record and its history in one transaction.
create function record_export(business_id text, declaration text, day date, hs text, country text, kg numeric, usd numeric)
returns exports language plpgsql volatile as $$
declare
  exporter units;
  recorded exports;
begin
  select * into exporter from units u where u.business_id = record_export.business_id for share;
  if not found or exporter.status not in ('ACTIVE', 'SEMI_ACTIVE') then raise exception 'EXPORTER_NOT_ELIGIBLE'; end if;
  insert into exports (unit_id, day, month, declaration, office, item, hs, country, commodity_group, kg, usd)
  values (exporter.id, record_export.day, '1398-10', record_export.declaration, 'bench', 1, record_export.hs,
    record_export.country, 'OTHER', record_export.kg, record_export.usd) returning * into recorded;
  insert into history (export_id, actor, record) values (recorded.number, 'bench', to_jsonb(recorded));
  return recorded;
end
$$;
