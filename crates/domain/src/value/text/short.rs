//! The short codes that offices give out in many shapes, and the names of customs offices.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    Buffer, Canonical, InvalidValue, canonical_value, check_text, is_invisible, latin_digits, one_line,
    search_key, trimmed, typed,
};

/// The most characters of a short code.
const LONGEST_CODE: usize = 40;

/// The most offices that a thread remembers.
const OFFICES_KEPT_MAX: usize = 1_024;

/// The most characters of the name of a customs office.
const LONGEST_OFFICE: usize = 80;

macro_rules! text_code {
    ($(#[$doc:meta])* $type:ident, $what:literal) => {
        $(#[$doc])*
        ///
        /// 1 to 40 characters with Latin digits, no control characters, no invisible marks at the ends or of direction
        /// inside. Compared letter by letter.
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(Arc<str>);

        canonical_value!($type, $what, { "minLength": 1, "maxLength": 40 });

        impl $type {
            /// Reads what a person typed: in any digits, with white space and invisible marks around or marks of
            /// direction inside, which go.
            pub fn parse(text: &str) -> Result<Self, InvalidValue> {
                let text = typed($what, text)?;
                let text: String = text.chars().filter(|letter| !is_invisible(*letter)).collect();
                <$type as Canonical>::read(&text)
            }

            /// The code in its canonical spelling.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Canonical for $type {
            const WHAT: &'static str = $what;

            fn read(text: &str) -> Result<Self, InvalidValue> {
                read_code($what, text)?;
                Ok($type(text.into()))
            }

            fn text<'a>(&'a self, _: &'a mut Buffer) -> &'a str {
                &self.0
            }
        }
    };
}

text_code!(
    /// The code of an industrial park or zone, such as `IR-10-012`.
    ParkCode,
    "park code"
);
text_code!(
    /// The code of an export consortium, such as `CON-012`.
    ConsortiumCode,
    "consortium code"
);
text_code!(
    /// The code of an export management company, such as `EMC-012`.
    EmcCode,
    "export management company code"
);
text_code!(
    /// The number of an establishment or operating licence, such as `113/36741`.
    LicenceNumber,
    "licence number"
);
text_code!(
    /// The number of a plot within its park.
    PlotNumber,
    "plot number"
);
text_code!(
    /// The number of an export-readiness certificate.
    CertificateNumber,
    "certificate number"
);
text_code!(
    /// The number of a trade card.
    TradeCardNumber,
    "trade card number"
);

text_code!(
    /// The code of a training course or workshop, such as `TR-1398-0012`.
    TrainingCode,
    "training code"
);
text_code!(
    /// The code of a research or study project, such as `RS-1398-012`.
    ResearchCode,
    "research project code"
);
text_code!(
    /// The code of an office, university or institute that is no entity of the registry, such as `UT-ENG`.
    OfficeCode,
    "office code"
);

fn read_code(what: &'static str, text: &str) -> Result<(), InvalidValue> {
    if trimmed(text).len() != text.len() || text.contains(is_invisible) {
        return Err(InvalidValue::format(what, "has white space around it or invisible marks"));
    }
    if latin_digits(text) != text {
        return Err(InvalidValue::format(what, "has digits that are not Latin"));
    }
    check_text(what, text, LONGEST_CODE)
}

/// The name of a customs office as it was entered, at most 80 characters. Two spellings with the same
/// [`search_key`] are one office: equal, hashed and ordered alike.
#[derive(Clone, Debug)]
pub struct CustomsOffice {
    text: Arc<str>,
    key: Arc<str>,
}

canonical_value!(CustomsOffice, "The name of a customs office.", { "minLength": 1, "maxLength": 80 });

impl CustomsOffice {
    /// Reads what a person typed or a file holds, as [`super::Name::parse`] does.
    pub fn parse(text: &str) -> Result<CustomsOffice, InvalidValue> {
        CustomsOffice::checked(&one_line(trimmed(text)))
    }

    /// The name as it was entered.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its [`search_key`], by which offices are compared.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Offices are few and each is read often: one that this thread has read is not checked and folded anew.
    fn checked(text: &str) -> Result<CustomsOffice, InvalidValue> {
        thread_local! {
            static READ: RefCell<FxHashMap<Arc<str>, CustomsOffice>> = RefCell::default();
        }
        READ.with_borrow_mut(|read| {
            if let Some(office) = read.get(text) {
                return Ok(office.clone());
            }
            let office = CustomsOffice::fresh(text)?;
            if read.len() >= OFFICES_KEPT_MAX {
                read.clear();
            }
            read.insert(Arc::clone(&office.text), office.clone());
            Ok(office)
        })
    }

    fn fresh(text: &str) -> Result<CustomsOffice, InvalidValue> {
        check_text(CustomsOffice::WHAT, text, LONGEST_OFFICE)?;
        let key = search_key(text);
        let text: Arc<str> = text.into();
        let key = if *key == *text { Arc::clone(&text) } else { key.into() };
        Ok(CustomsOffice { text, key })
    }
}

impl PartialEq for CustomsOffice {
    fn eq(&self, other: &CustomsOffice) -> bool {
        self.key == other.key
    }
}

impl Eq for CustomsOffice {}

impl Hash for CustomsOffice {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl PartialOrd for CustomsOffice {
    fn partial_cmp(&self, other: &CustomsOffice) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for CustomsOffice {
    fn cmp(&self, other: &CustomsOffice) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl Canonical for CustomsOffice {
    const WHAT: &'static str = "customs office";

    fn read(text: &str) -> Result<CustomsOffice, InvalidValue> {
        if trimmed(text).len() != text.len() {
            return Err(InvalidValue::format(
                CustomsOffice::WHAT,
                "has white space or invisible marks around it",
            ));
        }
        CustomsOffice::checked(text)
    }

    fn text<'a>(&'a self, _: &'a mut Buffer) -> &'a str {
        &self.text
    }
}
