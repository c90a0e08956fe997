// What a Relay application asks, as relay-compiler reads it: fragments beside what they feed, pages, a refetch, commands
// with their typed errors, a subscription.
const { graphql } = require("relay-runtime");

graphql`
  fragment documents_unit on Sme @refetchable(queryName: "documentsUnitRefetchQuery") {
    id
    businessId
    name
    headcount
    status
    version
  }
`;

graphql`
  fragment documents_units on Park
  @refetchable(queryName: "documentsUnitsPageQuery")
  @argumentDefinitions(
    first: { type: "Int" }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    smes(first: $first, after: $after, last: $last, before: $before, orderBy: [{ field: BUSINESS_ID }])
      @connection(key: "documents_smes") {
      totalCount
      edges {
        node {
          businessId
          ...documents_unit
        }
      }
    }
  }
`;

graphql`
  query documentsParkQuery($by: ParkRef!, $first: Int, $last: Int) {
    park(by: $by) {
      id
      name
      plots
      province {
        code
        name
      }
      ...documents_units @arguments(first: $first, last: $last)
    }
  }
`;

graphql`
  mutation documentsAmendMutation($input: AmendSmeInput!) {
    amendSme(input: $input) {
      sme {
        ...documents_unit
      }
      errors {
        __typename
        code
        message
        path
        ... on RuleError {
          rule
        }
      }
      position
    }
  }
`;

graphql`
  subscription documentsEventsSubscription($after: Position!) {
    events(after: $after) {
      position
      event {
        type
        entity {
          ...documents_unit @alias(as: "unit")
        }
      }
    }
  }
`;
