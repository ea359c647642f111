"use strict";

SwaggerUIBundle({
  url: "/api/v1/openapi.json",
  dom_id: "#page",
  layout: "BaseLayout",
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
});
