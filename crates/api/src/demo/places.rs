//! The towns that parks are named after, by province. Facts of geography; Persian and Latin spellings.

/// A town: its Persian and its Latin name.
pub(super) type Town = (&'static str, &'static str);

/// The towns of the provinces IR-00 to IR-30, the largest first.
#[rustfmt::skip]
pub(super) const TOWNS: [&[Town]; 31] = [
    // Markazi
    &[("اراک", "Arak"), ("ساوه", "Saveh"), ("خمین", "Khomein"), ("دلیجان", "Delijan"), ("محلات", "Mahallat"), ("تفرش", "Tafresh"), ("شازند", "Shazand"), ("زرندیه", "Zarandieh"), ("آشتیان", "Ashtian")],
    // Gilan
    &[("رشت", "Rasht"), ("بندر انزلی", "Bandar Anzali"), ("لاهیجان", "Lahijan"), ("لنگرود", "Langarud"), ("رودبار", "Rudbar"), ("تالش", "Talesh"), ("آستارا", "Astara"), ("صومعه‌سرا", "Some'eh Sara"), ("فومن", "Fuman"), ("رودسر", "Rudsar")],
    // Mazandaran
    &[("ساری", "Sari"), ("آمل", "Amol"), ("بابل", "Babol"), ("قائم‌شهر", "Qaem Shahr"), ("بهشهر", "Behshahr"), ("نوشهر", "Nowshahr"), ("تنکابن", "Tonekabon"), ("نکا", "Neka"), ("بابلسر", "Babolsar"), ("جویبار", "Juybar")],
    // East Azerbaijan
    &[("تبریز", "Tabriz"), ("مراغه", "Maragheh"), ("مرند", "Marand"), ("میانه", "Mianeh"), ("اهر", "Ahar"), ("بناب", "Bonab"), ("سراب", "Sarab"), ("شبستر", "Shabestar"), ("جلفا", "Jolfa"), ("آذرشهر", "Azarshahr"), ("اسکو", "Osku")],
    // West Azerbaijan
    &[("ارومیه", "Urmia"), ("خوی", "Khoy"), ("مهاباد", "Mahabad"), ("میاندوآب", "Miandoab"), ("سلماس", "Salmas"), ("بوکان", "Bukan"), ("نقده", "Naqadeh"), ("ماکو", "Maku"), ("پیرانشهر", "Piranshahr")],
    // Kermanshah
    &[("کرمانشاه", "Kermanshah"), ("اسلام‌آباد غرب", "Eslamabad-e Gharb"), ("هرسین", "Harsin"), ("کنگاور", "Kangavar"), ("سنقر", "Sonqor"), ("صحنه", "Sahneh"), ("قصر شیرین", "Qasr-e Shirin")],
    // Khuzestan
    &[("اهواز", "Ahvaz"), ("آبادان", "Abadan"), ("دزفول", "Dezful"), ("بهبهان", "Behbahan"), ("شوشتر", "Shushtar"), ("خرمشهر", "Khorramshahr"), ("ماهشهر", "Mahshahr"), ("اندیمشک", "Andimeshk"), ("مسجدسلیمان", "Masjed Soleyman")],
    // Fars
    &[("شیراز", "Shiraz"), ("مرودشت", "Marvdasht"), ("جهرم", "Jahrom"), ("فسا", "Fasa"), ("کازرون", "Kazerun"), ("آباده", "Abadeh"), ("داراب", "Darab"), ("لارستان", "Larestan"), ("نی‌ریز", "Neyriz"), ("اقلید", "Eqlid"), ("لامرد", "Lamerd")],
    // Kerman
    &[("کرمان", "Kerman"), ("رفسنجان", "Rafsanjan"), ("سیرجان", "Sirjan"), ("بم", "Bam"), ("جیرفت", "Jiroft"), ("زرند", "Zarand"), ("شهربابک", "Shahr-e Babak"), ("بافت", "Baft"), ("کهنوج", "Kahnuj")],
    // Razavi Khorasan
    &[("مشهد", "Mashhad"), ("نیشابور", "Neyshabur"), ("سبزوار", "Sabzevar"), ("تربت حیدریه", "Torbat-e Heydarieh"), ("قوچان", "Quchan"), ("کاشمر", "Kashmar"), ("تربت جام", "Torbat-e Jam"), ("گناباد", "Gonabad"), ("تایباد", "Taybad"), ("چناران", "Chenaran"), ("سرخس", "Sarakhs")],
    // Isfahan
    &[("اصفهان", "Isfahan"), ("کاشان", "Kashan"), ("نجف‌آباد", "Najafabad"), ("خمینی‌شهر", "Khomeyni Shahr"), ("شهرضا", "Shahreza"), ("گلپایگان", "Golpayegan"), ("نائین", "Nain"), ("مبارکه", "Mobarakeh"), ("فلاورجان", "Falavarjan"), ("آران و بیدگل", "Aran va Bidgol"), ("نطنز", "Natanz"), ("اردستان", "Ardestan"), ("لنجان", "Lenjan")],
    // Sistan and Baluchestan
    &[("زاهدان", "Zahedan"), ("زابل", "Zabol"), ("چابهار", "Chabahar"), ("ایرانشهر", "Iranshahr"), ("خاش", "Khash"), ("سراوان", "Saravan"), ("میرجاوه", "Mirjaveh")],
    // Kurdistan
    &[("سنندج", "Sanandaj"), ("سقز", "Saqqez"), ("مریوان", "Marivan"), ("بانه", "Baneh"), ("قروه", "Qorveh"), ("بیجار", "Bijar"), ("کامیاران", "Kamyaran")],
    // Hamadan
    &[("همدان", "Hamadan"), ("ملایر", "Malayer"), ("نهاوند", "Nahavand"), ("تویسرکان", "Tuyserkan"), ("اسدآباد", "Asadabad"), ("کبودرآهنگ", "Kabudarahang"), ("لالجین", "Lalejin")],
    // Chaharmahal and Bakhtiari
    &[("شهرکرد", "Shahrekord"), ("بروجن", "Borujen"), ("لردگان", "Lordegan"), ("فارسان", "Farsan"), ("سامان", "Saman"), ("هفشجان", "Hafshejan")],
    // Lorestan
    &[("خرم‌آباد", "Khorramabad"), ("بروجرد", "Borujerd"), ("دورود", "Dorud"), ("الیگودرز", "Aligudarz"), ("کوهدشت", "Kuhdasht"), ("ازنا", "Azna"), ("نورآباد", "Nurabad")],
    // Ilam
    &[("ایلام", "Ilam"), ("دهلران", "Dehloran"), ("مهران", "Mehran"), ("آبدانان", "Abdanan"), ("ایوان", "Eyvan")],
    // Kohgiluyeh and Boyer-Ahmad
    &[("یاسوج", "Yasuj"), ("گچساران", "Gachsaran"), ("دهدشت", "Dehdasht"), ("دنا", "Dena"), ("باشت", "Basht")],
    // Bushehr
    &[("بوشهر", "Bushehr"), ("برازجان", "Borazjan"), ("گناوه", "Ganaveh"), ("کنگان", "Kangan"), ("دیر", "Deyr"), ("خورموج", "Khormoj")],
    // Zanjan
    &[("زنجان", "Zanjan"), ("ابهر", "Abhar"), ("خدابنده", "Khodabandeh"), ("خرمدره", "Khorramdarreh"), ("قیدار", "Qeydar")],
    // Semnan
    &[("سمنان", "Semnan"), ("شاهرود", "Shahrud"), ("گرمسار", "Garmsar"), ("دامغان", "Damghan"), ("ایوانکی", "Eyvanki"), ("مهدی‌شهر", "Mahdishahr")],
    // Yazd
    &[("یزد", "Yazd"), ("میبد", "Meybod"), ("اردکان", "Ardakan"), ("بافق", "Bafq"), ("تفت", "Taft"), ("ابرکوه", "Abarkuh"), ("مهریز", "Mehriz"), ("اشکذر", "Ashkezar")],
    // Hormozgan
    &[("بندرعباس", "Bandar Abbas"), ("میناب", "Minab"), ("بندر لنگه", "Bandar Lengeh"), ("قشم", "Qeshm"), ("حاجی‌آباد", "Hajiabad"), ("رودان", "Rudan")],
    // Tehran
    &[("عباس‌آباد", "Abbasabad"), ("پاکدشت", "Pakdasht"), ("ورامین", "Varamin"), ("شهریار", "Shahriar"), ("اسلامشهر", "Eslamshahr"), ("رباط کریم", "Robat Karim"), ("دماوند", "Damavand"), ("فیروزکوه", "Firuzkuh"), ("پرند", "Parand"), ("چهاردانگه", "Chahardangeh"), ("خاوران", "Khavaran"), ("نصیرآباد", "Nasirabad")],
    // Ardabil
    &[("اردبیل", "Ardabil"), ("مشگین‌شهر", "Meshgin Shahr"), ("پارس‌آباد", "Parsabad"), ("خلخال", "Khalkhal"), ("نمین", "Namin"), ("گرمی", "Germi")],
    // Qom
    &[("قم", "Qom"), ("شکوهیه", "Shokuhieh"), ("محمودآباد", "Mahmudabad"), ("سلفچگان", "Salafchegan"), ("طغرود", "Toghrud")],
    // Qazvin
    &[("قزوین", "Qazvin"), ("البرز", "Alborz"), ("تاکستان", "Takestan"), ("آبیک", "Abyek"), ("بوئین‌زهرا", "Buin Zahra"), ("لیا", "Lia")],
    // Golestan
    &[("گرگان", "Gorgan"), ("گنبد کاووس", "Gonbad-e Kavus"), ("علی‌آباد", "Aliabad"), ("آق‌قلا", "Aqqala"), ("بندر ترکمن", "Bandar Torkaman"), ("کردکوی", "Kordkuy"), ("مینودشت", "Minudasht")],
    // North Khorasan
    &[("بجنورد", "Bojnord"), ("شیروان", "Shirvan"), ("اسفراین", "Esfarayen"), ("جاجرم", "Jajarm"), ("آشخانه", "Ashkhaneh")],
    // South Khorasan
    &[("بیرجند", "Birjand"), ("قائن", "Qaen"), ("فردوس", "Ferdows"), ("طبس", "Tabas"), ("نهبندان", "Nehbandan"), ("سرایان", "Sarayan")],
    // Alborz
    &[("کرج", "Karaj"), ("نظرآباد", "Nazarabad"), ("هشتگرد", "Hashtgerd"), ("اشتهارد", "Eshtehard"), ("ساوجبلاغ", "Savojbolagh"), ("بهارستان", "Baharestan")],
];
