/** How exported events name their maker. */
export const PRODUCT = { name: "Printwarden", vendor: "Printwarden", version: "0.1.0" } as const;
