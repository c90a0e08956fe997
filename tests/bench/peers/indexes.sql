set search_path = registry, public;
create index units_page on units (province, status, name_key, business_id);
create index units_page_all on units (status, name_key, business_id);
create index units_park on units (park_id);
create index units_search on units using gin (name_key gin_trgm_ops);
create index exports_latest on exports (unit_id, day desc, number desc) include (country, usd);
create index exports_period on exports (day) include (month, country, unit_id, usd);
