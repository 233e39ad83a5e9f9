/** The territories of a map, as GeoJSON. */
export interface FeatureCollection {
  type: "FeatureCollection";
  features: Feature[];
}

/** A territory: its contour, and what this caller is told of it. */
export interface Feature {
  type: "Feature";
  geometry: unknown;
  properties: {
    code: string;
    name: string;
    value: number | null;
    symbol: string | null;
    withheld: string | null;
    /** From 0 on, the lowest first; null where the value is withheld, and on a map of circles. */
    class: number | null;
  };
}
