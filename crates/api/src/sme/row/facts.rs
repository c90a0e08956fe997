//! What may be amended of a unit, and how an amendment changes it.

use daftar_domain::sme::SmeAmended;
use daftar_domain::value::{Headcount, IsicCode, Name, ParkId, PlotNumber, ProvinceCode, SquareMetres};
use serde::{Deserialize, Serialize};

use crate::view::amended::Amend;

/// What may be amended of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmeFacts {
    /// The Persian name.
    pub name: Name,
    /// The Latin name.
    pub name_latin: Option<Name>,
    /// The province.
    pub province: ProvinceCode,
    /// The park it lies in.
    pub park: Option<ParkId>,
    /// Its plot within the park.
    pub plot: Option<PlotNumber>,
    /// The area of the plot.
    pub plot_area: Option<SquareMetres>,
    /// Its class of ISIC Rev.4.
    pub isic: IsicCode,
    /// Persons employed.
    pub headcount: Option<Headcount>,
}

impl Amend for SmeFacts {
    type By = SmeAmended;

    fn amend(&mut self, amended: &SmeAmended) {
        let SmeAmended { name, name_latin, isic, headcount, province, park, plot, plot_area } = amended;
        // A plot belongs to its park, and an area to its plot.
        if park.is_some() && *park != self.park {
            self.plot = None;
            self.plot_area = None;
        }
        if plot.is_some() && *plot != self.plot {
            self.plot_area = None;
        }
        self.name = name.clone().unwrap_or_else(|| self.name.clone());
        self.name_latin = name_latin.clone().or_else(|| self.name_latin.take());
        self.province = province.unwrap_or(self.province);
        self.park = park.or(self.park);
        self.plot = plot.clone().or_else(|| self.plot.take());
        self.plot_area = plot_area.or(self.plot_area);
        self.isic = isic.unwrap_or(self.isic);
        self.headcount = headcount.or(self.headcount);
    }

    fn name(&self) -> &Name {
        &self.name
    }
}
