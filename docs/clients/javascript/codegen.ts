import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  // The file of the repository; the address of a server, `http://…/graphql`, does as well.
  schema: "../../../schema.graphql",
  // The queries of this program, and those of the repository's examples.
  documents: ["src/*.ts", "../../../examples/*.graphql"],
  emitLegacyCommonJSImports: false,
  generates: {
    "src/gql/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: {
          Date: "string",
          DateTime: "string",
          Period: "string",
          GeoJSON: "../features.js#FeatureCollection",
          JSON: "unknown",
          Upload: "File",
        },
      },
    },
  },
};

export default config;
