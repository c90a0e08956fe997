import type { CodegenConfig } from "@graphql-codegen/cli";

/** Every scalar of the schema is a string; the generator refuses one that is not named here. */
const scalars = [
  "BusinessId", "CountryCode", "CurrencyCode", "Date", "DateTime", "Decimal", "DeclarationNumber", "HsCode", "IsicCode",
  "LegalId", "Position", "ProvinceCode", "SolarMonth", "UUID",
];

const config: CodegenConfig = {
  schema: "../../../schema/schema.graphql",
  documents: ["documents.ts"],
  emitLegacyCommonJSImports: false,
  importExtension: ".ts",
  generates: {
    "./__generated__/": {
      preset: "client",
      config: {
        scalars: Object.fromEntries(scalars.map((scalar) => [scalar, "string"])),
        strictScalars: true,
        enumsAsTypes: true,
        useTypeImports: true,
      },
    },
  },
};
export default config;
