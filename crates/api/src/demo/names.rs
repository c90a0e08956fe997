//! Names of units, consortiums and companies, made of words that such names are made of.
//!
//! Guarantees the same name for the same draw. All are invented: a likeness to a company is chance.

use daftar_domain::value::Name;

use super::places::Town;
use super::random::Random;
use super::totals::Sector;

/// A word in Persian and in Latin letters.
type Word = (&'static str, &'static str);

/// A name in both scripts.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// In Persian.
    pub(super) persian: Name,
    /// In Latin letters.
    pub(super) latin: Name,
}

/// The words of a name: their places in the lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    trade: u8,
    first: u8,
    second: u8,
    /// Whether the town is part of it.
    placed: bool,
    /// Typed with the yeh and kaf of an Arabic keyboard.
    arabic: bool,
}

impl Words {
    /// Draws the name of a unit.
    pub(super) fn draw(random: &mut Random, sector: Sector) -> Self {
        Self {
            trade: random.below(trades(sector).len()) as u8,
            first: random.below(FIRST.len()) as u8,
            second: random.below(SECOND.len()) as u8,
            placed: random.happens(350),
            arabic: random.happens(40),
        }
    }

    /// The name of a unit of that sector and town.
    pub(super) fn unit(self, sector: Sector, town: Town) -> Names {
        let (trade, first, second) = (trades(sector)[self.trade as usize], self.first(), self.second());
        let mut persian = format!("{} {} {}", trade.0, first.0, second.0);
        let mut latin = format!("{} {} {}", trade.1, first.1, second.1);
        if self.placed {
            persian = format!("{persian} {}", town.0);
            latin = format!("{latin} {}", town.1);
        }
        if self.arabic {
            persian = persian.replace('ی', "ي").replace('ک', "ك");
        }
        names(&persian, &latin)
    }

    /// The name of a consortium or a company: what it is, then its words.
    pub(super) fn organisation(self, kind: Word) -> Names {
        let (first, second) = (self.first(), self.second());
        names(
            &format!("{} {} {}", kind.0, first.0, second.0),
            &format!("{} {} {}", first.1, second.1, kind.1),
        )
    }

    fn first(self) -> Word {
        FIRST[self.first as usize]
    }

    fn second(self) -> Word {
        SECOND[self.second as usize]
    }
}

/// A name in both scripts.
pub(super) fn names(persian: &str, latin: &str) -> Names {
    let name = |text| Name::parse(text).expect("a made-up name is a valid one");
    Names { persian: name(persian), latin: name(latin) }
}

/// A number as a Persian name writes it.
pub(super) fn persian_number(number: usize) -> String {
    let digit = |digit: char| char::from_u32(u32::from(digit) - u32::from('0') + u32::from('۰'));
    number.to_string().chars().map(|latin| digit(latin).expect("Persian digits follow each other")).collect()
}

fn trades(sector: Sector) -> &'static [Word] {
    match sector {
        Sector::Metal => &METAL,
        Sector::Chemical => &CHEMICAL,
        Sector::Food => &FOOD,
        Sector::Mineral => &MINERAL,
        Sector::Cellulose => &CELLULOSE,
        Sector::Services => &SERVICES,
        Sector::Textile => &TEXTILE,
        Sector::Electrical => &ELECTRICAL,
    }
}

#[rustfmt::skip]
const METAL: [Word; 10] = [
    ("فولاد", "Foolad"), ("صنایع فلزی", "Sanaye Felezi"), ("ریخته‌گری", "Rikhtegari"), ("قطعه‌سازی", "Qateh Sazi"),
    ("ماشین‌سازی", "Mashin Sazi"), ("آلومینیوم", "Aluminium"), ("پروفیل", "Profil"), ("ابزارسازی", "Abzar Sazi"),
    ("تراشکاری دقیق", "Tarashkari Daqiq"), ("مفتول", "Maftul"),
];
#[rustfmt::skip]
const CHEMICAL: [Word; 9] = [
    ("شیمیایی", "Shimiaei"), ("پلاستیک", "Plastic"), ("پلیمر", "Polymer"), ("رنگ و رزین", "Rang o Resin"),
    ("لوله و اتصالات", "Luleh o Ettesalat"), ("داروسازی", "Daru Sazi"), ("لاستیک", "Lastik"), ("شوینده", "Shuyandeh"),
    ("ظروف یکبار مصرف", "Zoruf-e Yekbar Masraf"),
];
#[rustfmt::skip]
const FOOD: [Word; 10] = [
    ("صنایع غذایی", "Sanaye Ghazaei"), ("لبنیات", "Labaniat"), ("کنسرو", "Konserv"), ("خشکبار", "Khoshkbar"),
    ("آرد", "Ard"), ("شیرینی و شکلات", "Shirini o Shokolat"), ("نوشیدنی", "Nushidani"), ("زعفران", "Zaferan"),
    ("رب و ترشی", "Rob o Torshi"), ("بسته‌بندی خرما", "Basteh Bandi-ye Khorma"),
];
#[rustfmt::skip]
const MINERAL: [Word; 7] = [
    ("سیمان", "Siman"), ("کاشی و سرامیک", "Kashi o Seramik"), ("سنگ‌بری", "Sang Bori"), ("شیشه", "Shisheh"),
    ("گچ", "Gach"), ("بتن آماده", "Boton-e Amadeh"), ("آجر نسوز", "Ajor-e Nasuz"),
];
#[rustfmt::skip]
const CELLULOSE: [Word; 6] = [
    ("چوب و کاغذ", "Chub o Kaghaz"), ("کارتن‌سازی", "Karton Sazi"), ("مبلمان", "Mobleman"), ("نئوپان", "Neopan"),
    ("سلولزی", "Seluloozi"), ("در و پنجره چوبی", "Dar o Panjereh-ye Chubi"),
];
#[rustfmt::skip]
const SERVICES: [Word; 6] = [
    ("خدمات فنی", "Khadamat-e Fanni"), ("بازیافت", "Bazyaft"), ("سردخانه", "Sardkhaneh"), ("مهندسی", "Mohandesi"),
    ("آزمایشگاه", "Azmayeshgah"), ("تعمیرات صنعتی", "Tamirat-e Sanati"),
];
#[rustfmt::skip]
const TEXTILE: [Word; 8] = [
    ("نساجی", "Nassaji"), ("فرش ماشینی", "Farsh-e Mashini"), ("ریسندگی", "Risandegi"), ("پوشاک", "Pushak"),
    ("چرم", "Charm"), ("کیف و کفش", "Kif o Kafsh"), ("بافندگی", "Bafandegi"), ("پتو", "Patu"),
];
#[rustfmt::skip]
const ELECTRICAL: [Word; 7] = [
    ("لوازم خانگی", "Lavazem-e Khanegi"), ("الکتریک", "Electric"), ("کابل‌سازی", "Kabl Sazi"),
    ("الکترونیک", "Electronic"), ("یخچال‌سازی", "Yakhchal Sazi"), ("تابلو برق", "Tablo Barq"), ("روشنایی", "Roshanaei"),
];
#[rustfmt::skip]
const FIRST: [Word; 60] = [
    ("آریا", "Aria"), ("پارس", "Pars"), ("البرز", "Alborz"), ("سپهر", "Sepehr"), ("کیمیا", "Kimia"), ("نوین", "Novin"),
    ("پویا", "Puya"), ("زاگرس", "Zagros"), ("دماوند", "Damavand"), ("خورشید", "Khorshid"), ("ستاره", "Setareh"),
    ("یکتا", "Yekta"), ("آذر", "Azar"), ("مهر", "Mehr"), ("سهند", "Sahand"), ("الوند", "Alvand"), ("تابان", "Taban"),
    ("کاوه", "Kaveh"), ("سیمرغ", "Simorgh"), ("هما", "Homa"), ("شایان", "Shayan"), ("رادین", "Radin"), ("بهار", "Bahar"),
    ("فجر", "Fajr"), ("امید", "Omid"), ("ایمن", "Imen"), ("پیشرو", "Pishro"), ("کویر", "Kavir"), ("دریا", "Darya"),
    ("صدف", "Sadaf"), ("مروارید", "Morvarid"), ("یاقوت", "Yaqut"), ("فیروزه", "Firuzeh"), ("زرین", "Zarrin"),
    ("سیمین", "Simin"), ("کیان", "Kian"), ("ماهان", "Mahan"), ("آرمان", "Arman"), ("پارسیان", "Parsian"),
    ("سبلان", "Sabalan"), ("تفتان", "Taftan"), ("اروند", "Arvand"), ("کارون", "Karun"), ("هیرمند", "Hirmand"),
    ("ارس", "Aras"), ("خزر", "Khazar"), ("نگین", "Negin"), ("الماس", "Almas"), ("شقایق", "Shaqayeq"), ("یاس", "Yas"),
    ("نیلوفر", "Nilufar"), ("سپید", "Sepid"), ("سروش", "Sorush"), ("پگاه نو", "Pegah-e Now"), ("بامداد", "Bamdad"),
    ("آفتاب", "Aftab"), ("مهتاب", "Mahtab"), ("راد", "Rad"), ("فراز", "Faraz"), ("آوند", "Avand"),
];
#[rustfmt::skip]
const SECOND: [Word; 36] = [
    ("گستر", "Gostar"), ("سازان", "Sazan"), ("پرداز", "Pardaz"), ("آفرین", "Afarin"), ("کار", "Kar"), ("صنعت", "Sanat"),
    ("تولید", "Tolid"), ("پخش", "Pakhsh"), ("بنیان", "Bonyan"), ("اندیش", "Andish"), ("گران", "Garan"), ("شرق", "Sharq"),
    ("غرب", "Gharb"), ("جنوب", "Jonub"), ("شمال", "Shomal"), ("مرکز", "Markaz"), ("کوه", "Kuh"), ("دشت", "Dasht"),
    ("یاران", "Yaran"), ("همکاران", "Hamkaran"), ("برادران", "Baradaran"), ("نمونه", "Nemuneh"), ("برتر", "Bartar"),
    ("طلایی", "Talaei"), ("جهان", "Jahan"), ("ایران", "Iran"), ("میهن", "Mihan"), ("خاور", "Khavar"),
    ("پیشگامان", "Pishgaman"), ("توسعه", "Toseeh"), ("آینده", "Ayandeh"), ("پایدار", "Paydar"), ("ماندگار", "Mandegar"),
    ("سپاهان", "Sepahan"), ("پارسه", "Parseh"), ("تجارت", "Tejarat"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use daftar_domain::value::search_key;

    #[test]
    fn every_word_makes_a_name() {
        for (first, _) in FIRST.iter().enumerate() {
            for (second, _) in SECOND.iter().enumerate() {
                let words =
                    Words { trade: 0, first: first as u8, second: second as u8, placed: true, arabic: false };
                let arabic = Words { arabic: true, ..words };
                let town = ("نی‌ریز", "Neyriz");
                let (name, typed) = (words.unit(Sector::Food, town), arabic.unit(Sector::Food, town));
                assert_ne!(name.persian, typed.persian);
                assert_eq!(search_key(name.persian.as_str()), search_key(typed.persian.as_str()));
                assert!(name.latin.as_str().is_ascii());
            }
        }
        assert_eq!(persian_number(120), "۱۲۰");
    }
}
