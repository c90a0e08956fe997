//! What is asked of every point of a history.

/// Every read field, with filters, orders, pages, searches, totals and both axes of time.
pub const QUESTIONS: [&str; 12] = [
    "{ position recordedAt overview(period: {solarHijri: {year: 1398}}) { position
        smes { total active idle semiActive inRevival underConstruction closed merged exporting knowledgeBased
          byKnowledgeGrade { grade count } plots { stage count } } industrialParks
        revivals { opened revived abandoned open jobs byReason { reason opened revived jobs } byProvince { province jobs }
          byQuarter { year quarter revived } production { band before after } exports { count valueUsd neighboursUsd } }
        exportConsortiums exportManagementCompanies exports { count valueUsd netWeight byMonth { month valueUsd }
          byProvince { province count } byDestination { country valueUsd } byCommodityGroup { commodityGroup count }
          byChannel { channel valueUsd } } } }",
    "{ overview(period: {dates: {from: \"2019-04-10\", until: \"2019-08-07\"}}) { smes { total active idle exporting }
        exports { count valueUsd byProvince { province valueUsd } byMonth { month count } } }
       exportSummary(period: {solarHijri: {year: 1398}}, groupBy: [MONTH, PROVINCE, DESTINATION, CHANNEL]) {
         month province country channel count valueUsd netWeight share } }",
    "{ smes(first: 100) { totalCount nodes { id businessId legalId name nameLatin province { code } park { code }
        plot plotArea isic headcount sizeClass status statusSince idleReason utilisation version basis registeredOn
        before: status(on: \"2019-05-05\") statusHistory { status since until idleReason utilisation position }
        licences { kind number issuedOn expiresOn revokedOn position extensions { on expiresOn position } }
        progressReports { progress verified on position } plotStage plotDeadline plotSteps { stage plot on position }
        grade: knowledgeGrade(on: \"2019-07-01\") knowledgeGrade knowledgeGrades { grade until on position }
        mergedInto { businessId } merged { businessId } inspections { on position }
        revivals { id stage version finding jobs closedOn steps { stage on position } referrals { to on position } }
        consortiums { totalCount nodes { joinedOn leftOn certificate position consortium { code } } }
        mandates { totalCount nodes { from until position emc { code } } }
        exports { totalCount nodes { id } } exportTotals { count valueUsd }
        exporting(period: {solarHijri: {year: 1398, toMonth: 3}})
        provenance { field position } later: provenance(on: \"2019-06-01\") { field position }
        history(last: 3) { totalCount nodes { position type entityVersion } } } } }",
    "{ on: smes(on: \"2019-06-15\", filter: {status: {in: [ACTIVE, SEMI_ACTIVE]}}) { totalCount nodes { name status headcount } }
       some: smes(filter: {status: {eq: ACTIVE}, province: {in: [\"IR-10\", \"IR-07\"]}}, orderBy: [{field: HEADCOUNT, direction: DESC}], first: 2) {
         totalCount pageInfo { hasNextPage endCursor } edges { cursor node { businessId } } }
       micro: smes(filter: {sizeClass: {eq: MICRO}}, orderBy: [{field: PROVINCE}, {field: REGISTERED_ON, direction: DESC}], last: 2) { totalCount
         pageInfo { hasPreviousPage startCursor } nodes { businessId } }
       idle: smes(filter: {not: {idleReason: {eq: MARKET}}, headcount: {from: 2}}) { totalCount nodes { businessId } }
       ever: smes(filter: {exportingEver: true}, orderBy: [{field: BUSINESS_ID}]) { totalCount nodes { businessId } }
       never: smes(filter: {exportingEver: false}, orderBy: [{field: REGISTERED_ON}]) { totalCount nodes { businessId } }
       spring: smes(filter: {exporting: {dates: {from: \"2019-03-10\", until: \"2019-05-10\"}}}) { totalCount }
       park: smes(filter: {parkCode: {eq: \"P-1\"}}) { totalCount }
       based: smes(filter: {knowledgeBased: true}) { totalCount } unbased: smes(filter: {knowledgeBased: false}) { totalCount }
       graded: smes(on: \"2019-06-15\", filter: {knowledgeGrade: {in: [START_UP, INDUSTRIAL]}}) { totalCount nodes { businessId } }
       plots: smes(filter: {plotStage: {in: [ALLOCATED, BUILT]}}) { totalCount nodes { businessId } }
       lost: smes(on: \"2019-07-15\", filter: {plotStage: {eq: REPOSSESSED}}) { totalCount } isic: smes(filter: {isic: {startsWith: \"10\"}}) { totalCount } }",
    "{ a: smes(search: \"واحد\") { totalCount nodes { name } } b: smes(search: \"نو\") { totalCount nodes { name } }
       c: smes(search: \"0000\") { totalCount nodes { businessId } }
       e: search(text: \"واحد\") { totalCount nodes { id } } g: smeSummary(groupBy: [PROVINCE, STATUS]) { province status count }
       h: smeSummary(groupBy: [SIZE_CLASS], on: \"2019-06-15\", filter: {status: {eq: ACTIVE}}) { sizeClass count }
       d: smes(search: \"واحد\", orderBy: [{field: HEADCOUNT}]) { totalCount nodes { name headcount } } }",
    "{ exports(first: 100) { totalCount nodes { id on month sme { businessId } emc { code } consortium { code } channel
        province { code } declaration hs commodityGroup destination { code } netWeight valueUsd voided voidedAt version
        provenance { field position } history { totalCount nodes { position } } } }
       voided: exports(voided: true) { totalCount nodes { id valueUsd voidedAt } }
       most: exports(orderBy: [{field: VALUE_USD, direction: DESC}], first: 3) { totalCount edges { cursor node { valueUsd } } }
       some: exports(filter: {destination: {in: [\"IQ\", \"CN\"]}, province: {eq: \"IR-10\"}}, orderBy: [{field: ON}]) { totalCount nodes { id } }
       days: exports(filter: {on: {period: {dates: {from: \"2019-04-03\", until: \"2019-06-20\"}}}}) { totalCount nodes { on } }
       through: exports(filter: {channel: {in: [CONSORTIUM, EMC]}}) { totalCount }
       declared: exports(filter: {declaration: {eq: \"00000003\"}}) { totalCount nodes { id } } }",
    "{ parks(first: 10) { totalCount nodes { id code name nameLatin kind province { code } area saleable plots allotted
        version smeCount smes { totalCount nodes { businessId } } provenance { field position }
        history { totalCount } } }
       zones: parks(filter: {kind: {eq: ZONE}}) { totalCount } special: parks(filter: {specialised: true}) { totalCount }
       held: park(by: {code: \"P-1\"}) { industries { code } then: industries(on: \"2019-06-01\") { code }
         one: plotHolder(plot: \"1\") { businessId } seven: plotHolder(plot: \"7\", on: \"2019-06-15\") { businessId } } found: parks(search: \"بزرگ\") { totalCount nodes { name } }
       park(by: {code: \"P-2\"}) { name } }",
    "{ consortiums { totalCount nodes { id code name kind phase productGroup version phaseHistory { phase since position }
        members { totalCount nodes { sme { businessId } joinedOn leftOn position } } exports { totalCount }
        provenance { field position } history { totalCount } } }
       operating: consortiums(filter: {phase: {eq: OPERATING}}) { totalCount } renamed: consortiums(search: \"تازه\") { totalCount }
       emcs { totalCount nodes { id code name tradeCard consented withdrawnOn rank rankHistory { rank since position }
         version clients { totalCount nodes { sme { businessId } from until position } } exports { totalCount }
         provenance { field position } } }
       emc(by: {code: \"EMC-1\"}) { consented(on: \"2019-05-01\") } consented: emcs(filter: {consented: true}) { totalCount } }",
    "{ revivals { totalCount nodes { id stage openedOn closedOn finding jobs utilisationBefore utilisationAfter
         previous { id } referrals { lender on } sme { businessId } provenance { field position }
         history { totalCount } } }
       open: revivals(filter: {stage: {in: [IDENTIFIED, DIAGNOSED]}}) { totalCount } findings { totalCount
         nodes { rule fact cause entityId } }
       provinces { code smes { total active idle } past: smes(on: \"2019-05-05\") { total active } }
       industries(prefix: \"10\") { code smeCount } }",
    "{ trainings(first: 10) { totalCount nodes { id code kind subject title titleLatin audiences province { code } hours
         seats early: seats(on: \"2019-04-20\") startsOn endsOn heldOn phase before: phase(on: \"2019-05-05\")
         participantCount certificateCount version basis provenance { field position } history { totalCount }
         enrolments { totalCount nodes { participant { id } enrolledOn withdrawnOn hoursAttended attendance position
           certificate { issuedOn number } } } then: enrolments(on: \"2019-05-05\") { totalCount } } }
       open: trainings(filter: {phase: {in: [OPEN, HELD]}, audience: SMES}) { totalCount nodes { code } }
       found: trainings(search: \"دوره\") { totalCount nodes { code } } other: search(text: \"پژوهش\") { totalCount }
       trainingSummary(period: {solarHijri: {year: 1398}}, groupBy: [KIND, SUBJECT, AUDIENCE, PROVINCE, YEAR]) { year kind
         subject audiences province courses workshops hours seats participants smeParticipants consortiumParticipants
         certificates }
       smes(first: 10) { nodes { trainings { totalCount nodes { training { code } } }
         certified: trainings(certified: true) { totalCount } researchProjects { totalCount nodes { code } } } }
       consortiums { nodes { trainings { totalCount } } }
       researchProjects { totalCount nodes { id code title topic executor { sme { id } office } province { code } phase
         proposedOn approvedOn endedOn budget { amount currency } paid milestones { number title dueOn reachedOn position }
         payments { on amount { amount } milestone position } results { kind title on position } version
         provenance { field position } history { totalCount } } }
       closed: researchProjects(filter: {phase: {eq: CLOSED}}) { totalCount }
       researchSummary(period: {solarHijri: {year: 1398, toMonth: 4}}, groupBy: [TOPIC, YEAR, PROVINCE]) { year topic
         province proposed approved closed abandoned results amounts { currency approved paid } }
       overview(period: {dates: {from: \"2019-04-10\", until: \"2019-08-07\"}}) { trainings { courses workshops seats
         participants certificates } research { proposed approved closed amounts { currency approved paid } } } }",
    "{ events(after: \"7\", first: 100) { hasNextPage endPosition nodes { position entityVersion entity { id } } }
       changes(since: \"8\", first: 100) { hasNextPage endCursor nodes { entityId isNew eventCount firstPosition
         lastPosition events { totalCount nodes { position } } } }
       few: changes(since: \"12\", first: 2) { hasNextPage endCursor nodes { entityId } } }",
    "{ statements { totalCount nodes { id source publishedOn measure period { from until } on qualifier value unit voided
         version provenance { field position } history { totalCount } } }
       voided: statements(voided: true, orderBy: [{field: MEASURE}]) { totalCount nodes { id voidedAt } }
       of: statements(filter: {source: {contains: \"سازمان\"}, measure: {eq: EXPORTS}}) { totalCount }
       reconciliation { totalCount nodes { statement { id } claimed recorded difference honoured } }
       closedPeriods { totalCount nodes { id year month period { from until } closedOn closedAt restatements version
         published { position exports { valueUsd } } restated { position exports { valueUsd } }
         history { totalCount } } } }",
];
