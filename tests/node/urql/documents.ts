// What a TypeScript application asks through urql: codegen derives each document's types from the schema.
import { graphql } from "./__generated__/index.ts";

export const Unit = graphql(`
  fragment Unit on Sme {
    id
    businessId
    headcount
    status
    version
  }
`);

export const Units = graphql(`
  query Units($filter: SmeFilter!, $first: Int, $after: String, $last: Int, $before: String) {
    smes(filter: $filter, first: $first, after: $after, last: $last, before: $before, orderBy: [{ field: BUSINESS_ID }]) {
      totalCount
      nodes {
        ...Unit
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`);

export const UnitById = graphql(`
  query UnitById($by: SmeRef!) {
    sme(by: $by) {
      ...Unit
      park {
        name
        area
      }
    }
  }
`);

export const Amend = graphql(`
  mutation Amend($input: AmendSmeInput!) {
    amendSme(input: $input) {
      sme {
        ...Unit
      }
      errors {
        __typename
        code
        message
        path
      }
      position
    }
  }
`);

export const Events = graphql(`
  subscription Events($after: Position!) {
    events(after: $after) {
      position
      event {
        type
        recordedAt
      }
    }
  }
`);
