//! Provinces, countries, commodity groups and industries.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use daftar_domain::value::{self, Date};

use crate::export::CommodityGroup;
use crate::node::Reads;
use crate::refusal::{Answer, Refusal};
use crate::scalar::{CountryCode, IsicCode, ProvinceCode};
use crate::view::View;

/// A province.
#[derive(Clone)]
pub struct Province {
    view: Arc<View>,
    code: value::ProvinceCode,
}

impl Province {
    /// The province of a code.
    pub fn new(view: &Arc<View>, code: value::ProvinceCode) -> Self {
        Self { view: Arc::clone(view), code }
    }

    fn row(&self) -> Option<&daftar_domain::reference::Province> {
        self.view.reference.province(self.code, Date::MAX)
    }
}

/// A province of the country.
#[Object]
impl Province {
    /// The code of ISO 3166-2:IR as of 2020.
    fn code(&self) -> ProvinceCode {
        self.code.into()
    }

    /// The Latin name.
    fn name(&self) -> Option<&str> {
        self.row().map(|row| row.name.as_str())
    }

    /// The Persian name.
    fn persian_name(&self) -> Option<&str> {
        self.row().map(|row| row.persian.as_str())
    }

    /// How its units stood on a day; after everything that is recorded when no day is given.
    fn smes(
        &self,
        #[graphql(desc = "The day.")] on: Option<crate::scalar::Date>,
    ) -> Option<Answer<crate::overview::SmeCounts>> {
        let on = on.map(|on| on.value()).transpose().map_err(Refusal::value("on"));
        Some(
            on.map_err(Into::into)
                .map(|on| crate::overview::SmeCounts::new(self.view.smes.province_counts(self.code, on))),
        )
    }
}

/// A country of ISO 3166.
#[derive(Clone)]
pub struct Country {
    view: Arc<View>,
    code: value::CountryCode,
}

impl Country {
    /// The country of a code.
    pub fn new(view: &Arc<View>, code: value::CountryCode) -> Self {
        Self { view: Arc::clone(view), code }
    }

    fn row(&self) -> Option<&daftar_domain::reference::Country> {
        self.view.reference.country(self.code, Date::MAX)
    }
}

/// A country of ISO 3166.
#[Object]
impl Country {
    /// Alpha-2.
    fn code(&self) -> CountryCode {
        self.code.into()
    }

    /// Alpha-3.
    fn alpha3(&self) -> Option<&str> {
        self.row().map(|row| row.alpha3.as_str())
    }

    /// The English name.
    fn name(&self) -> Option<&str> {
        self.row().map(|row| row.name.as_str())
    }

    /// The Persian name.
    fn persian_name(&self) -> Option<&str> {
        self.row().map(|row| row.persian.as_str())
    }

    /// Whether trade counts it as a neighbour.
    fn neighbour(&self) -> bool {
        self.view.reference.is_neighbour(self.code, Date::MAX)
    }
}

/// A class of ISIC Rev.4.
#[derive(Clone, SimpleObject)]
pub struct Industry {
    /// The code, four digits.
    code: IsicCode,
    /// The English name.
    name: String,
    /// How many units it has, after everything that is recorded.
    sme_count: u64,
}

impl Industry {
    /// The industry of a class.
    pub fn find(view: &View, code: value::IsicCode) -> Option<Self> {
        let row = view.reference.industry(code, Date::MAX)?;
        Some(Self {
            code: code.into(),
            name: row.name.clone(),
            sme_count: view.smes.lists().industries.count(&code),
        })
    }
}

/// A commodity group, with the HS codes that belong to it.
#[derive(Clone, SimpleObject)]
pub struct CommodityGroupInfo {
    /// The group.
    group: CommodityGroup,
    /// The prefixes of HS codes that it takes; the longest prefix wins, and what has none is OTHER.
    prefixes: Vec<String>,
}

/// Look-ups in the reference tables.
#[derive(Default)]
pub struct ReferenceQuery(pub Reads);

#[Object]
impl ReferenceQuery {
    /// The provinces, by code.
    fn provinces(&self, context: &Context<'_>) -> Vec<Province> {
        let view = self.0.view(context);
        view.reference.provinces(Date::MAX).map(|row| Province::new(view, row.code)).collect()
    }

    /// The province of a code.
    fn province(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its code.")] code: ProvinceCode,
    ) -> Option<Answer<Province>> {
        let view = self.0.view(context);
        let code = match code.value() {
            Ok(code) => code,
            Err(error) => return Some(Err(Refusal::Value { argument: "code", error }.into())),
        };
        view.reference.province(code, Date::MAX).map(|row| Ok(Province::new(view, row.code)))
    }

    /// The countries, by code.
    fn countries(&self, context: &Context<'_>) -> Vec<Country> {
        let view = self.0.view(context);
        view.reference.countries(Date::MAX).map(|row| Country::new(view, row.code)).collect()
    }

    /// The commodity groups, with the HS codes that belong to them.
    fn commodity_groups(&self, context: &Context<'_>) -> Vec<CommodityGroupInfo> {
        let prefixes = self.0.view(context).reference.hs_prefixes(Date::MAX);
        let of = |group: value::CommodityGroup| {
            let own = prefixes.iter().filter(|(_, other)| *other == group).map(|(prefix, _)| prefix.clone());
            CommodityGroupInfo { group: group.into(), prefixes: own.collect() }
        };
        value::CommodityGroup::ALL.into_iter().map(of).collect()
    }

    /// The classes of ISIC Rev.4 whose code begins with these digits, by code.
    fn industries(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first digits of the code; all classes when left out.")] prefix: Option<String>,
    ) -> Vec<Industry> {
        let view = self.0.view(context);
        let prefix = prefix.map(|prefix| value::latin_digits(prefix.trim()).into_owned()).unwrap_or_default();
        let rows = view.reference.industries(Date::MAX);
        rows.filter(|row| row.code.to_string().starts_with(&prefix))
            .filter_map(|row| Industry::find(view, row.code))
            .collect()
    }
}
