//! A filter of exports as a test of what they are counted under, where it says no more than that.
//!
//! Sums that such a filter narrows are added from what is kept of whole months, not from the records.

use super::query::ExportFilter;
use super::row::months::Dimensions;
use crate::refusal::Refusal;
use crate::view::View;

/// Whether what is counted under these dimensions is kept.
pub type Keep = Box<dyn Fn(&Dimensions) -> bool>;

/// A test that all of the tests hold.
fn all(keeps: Vec<Keep>) -> Keep {
    Box::new(move |of| keeps.iter().all(|keep| keep(of)))
}

impl ExportFilter {
    /// The filter as a test of dimensions; none where it asks for more than they tell.
    ///
    /// # Errors
    /// What is wrong with a value.
    pub fn keeps(&self, view: &View) -> Result<Option<Keep>, Refusal> {
        if self.asks_records() {
            return Ok(None);
        }
        let mut keeps = self.own_keeps(view)?;
        for one in self.and.iter().flatten() {
            let Some(keep) = one.keeps(view)? else { return Ok(None) };
            keeps.push(keep);
        }
        if let Some(or) = &self.or {
            let any: Option<Vec<Keep>> = or.iter().map(|one| one.keeps(view)).collect::<Result<_, _>>()?;
            let Some(any) = any else { return Ok(None) };
            keeps.push(Box::new(move |of| any.iter().any(|keep| keep(of))));
        }
        if let Some(not) = &self.not {
            let Some(not) = not.keeps(view)? else { return Ok(None) };
            keeps.push(Box::new(move |of| !not(of)));
        }
        Ok(Some(all(keeps)))
    }

    /// Whether its own fields ask for what only records tell.
    pub(super) fn asks_records(&self) -> bool {
        let Self { on, sme, business_id, hs, consortium, emc, declaration, value_usd, net_weight, .. } = self;
        on.is_some()
            || [sme, consortium, emc].into_iter().any(Option::is_some)
            || business_id.is_some()
            || hs.is_some()
            || declaration.is_some()
            || value_usd.is_some()
            || net_weight.is_some()
    }

    fn own_keeps(&self, view: &View) -> Result<Vec<Keep>, Refusal> {
        let mut keeps: Vec<Keep> = Vec::new();
        let never_null = [
            self.commodity_group.as_ref().and_then(|choice| choice.null()),
            self.destination.as_ref().and_then(|choice| choice.null()),
            self.channel.as_ref().and_then(|choice| choice.null()),
        ];
        if never_null.contains(&Some(true)) {
            keeps.push(Box::new(|_| false));
        }
        if let Some(choice) = &self.commodity_group
            && let Some(groups) = choice.values(|group| Ok((*group).into()))?
        {
            keeps.push(Box::new(move |of| groups.contains(&of.group)));
        }
        if let Some(choice) = &self.destination
            && let Some(countries) =
                choice.values(|code| code.value().map_err(Refusal::value("destination")))?
        {
            keeps.push(Box::new(move |of| countries.contains(&of.destination)));
        }
        if let Some(neighbours) = self.neighbours {
            let countries: Vec<_> = view.reference.neighbours(daftar_domain::value::Date::MAX).collect();
            keeps.push(Box::new(move |of| countries.contains(&of.destination) == neighbours));
        }
        if let Some(choice) = &self.province {
            if let Some(provinces) = choice.values(|code| code.value().map_err(Refusal::value("province")))? {
                keeps.push(Box::new(move |of| of.province.is_some_and(|one| provinces.contains(&one))));
            }
            if let Some(null) = choice.null() {
                keeps.push(Box::new(move |of| of.province.is_none() == null));
            }
        }
        if let Some(choice) = &self.channel
            && let Some(channels) = choice.values(|channel| Ok((*channel).into()))?
        {
            keeps.push(Box::new(move |of| channels.contains(&of.channel)));
        }
        Ok(keeps)
    }
}
