import APIKeys
import Classification
import Imaging

/// The description of the API in OpenAPI 3.1.
///
/// It is written out, not derived: it is what callers may rely on. A test holds it against the routes.
enum OpenAPIDocument {
  /// The version of the API.
  static let version = "0.1.0"

  /// The whole document.
  static let json: OrderedJSON = [
    "openapi": "3.1.0",
    "info": [
      "title": "Atelier",
      "version": .string(version),
      "summary": "Classifies pictures of garments.",
      "description":
        """
      Send a picture, get the class of the garment in it. Five of the routes run the same model on \
      different engines.

      All times are UTC. Every answer has `X-Request-ID`; errors have it in their body too, and \
      quoting it finds the request in the service's log.

      Whatever is asked for, a request that is not valid HTTP or names no host is answered with 400, one \
      that takes too long to arrive with 408, one whose header is too large with 431; a path that is none \
      with 404, and a method that it does not have with 405.
      """,
      "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
    ],
    "servers": [["url": "/"]],
    "tags": [
      ["name": "Prediction", "description": "Classify a picture."],
      OpenAPIJobs.tag,
      OpenAPIHistory.tag,
      OpenAPIKeys.tag,
      OpenAPIModels.tag,
      OpenAPITraining.tag,
      OpenAPIInference.tag,
      ["name": "Statistics", "description": "What was classified so far."],
      ["name": "Operation", "description": "For those who run the service."],
    ],
    "paths": paths.appending(OpenAPIJobs.paths).appending(OpenAPIHistory.paths)
      .appending(OpenAPIModels.paths).appending(OpenAPITraining.paths)
      .appending(OpenAPIMonitoring.paths).appending(OpenAPIKeys.paths)
      .appending(OpenAPIInference.paths),
    "components": [
      "securitySchemes": [
        "apiKey": [
          "type": "apiKey", "in": "header", "name": "X-API-Key",
          "description": "A key that you were given. It may predict, read, or do all.",
        ],
        "bearer": [
          "type": "http", "scheme": "bearer",
          "description": "The same key, for callers that can send no header of their own.",
        ],
      ],
      "parameters": OpenAPIParameters.components,
      "headers": OpenAPIHeaders.components,
      "schemas": OpenAPISchemas.components.appending(OpenAPIJobs.schemas)
        .appending(OpenAPIHistory.schemas).appending(OpenAPIModels.schemas)
        .appending(OpenAPITraining.schemas).appending(OpenAPIMonitoring.schemas)
        .appending(OpenAPIKeys.schemas).appending(OpenAPIInferenceSchemas.components),
      "responses": OpenAPIErrors.components,
    ],
    "security": [["apiKey": []], ["bearer": []]],
  ]

  private static let paths: OrderedJSON = [
    "/predict": ["post": prediction("predict", engine: .pytorch, "PyTorch, operator by operator")],
    "/predict-scripted": [
      "post": prediction(
        "predictScripted", engine: .torchscript, "TorchScript, frozen and optimised")
    ],
    "/predict-onnx": ["post": prediction("predictOnnx", engine: .onnx, "ONNX Runtime")],
    "/predict-quantized": [
      "post": prediction(
        "predictQuantized", engine: .quantized, "PyTorch with linear layers in 8-bit integers")
    ],
    "/predict-native": [
      "post": prediction("predictNative", engine: .native, "Atelier's own engine")
    ],
    "/predict-batch": ["post": OpenAPIBatch.operation],
    "/predict-benchmark": ["post": benchmark],
    "/stats": ["get": statistics],
    "/health/live": [
      "get": probe(
        "isAlive", "Whether the process runs.", statuses: [("200", "It runs.", "Liveness")])
    ],
    "/health/ready": [
      "get": probe(
        "isReady", "Whether requests should be sent here.",
        statuses: [
          ("200", "Yes.", "Readiness"),
          ("503", "No: something is missing, or it is stopping.", "Readiness"),
        ])
    ],
    "/metrics": ["get": metrics],
    "/openapi.json": [
      "get": open(
        "getDocument", "This document.", type: "application/json", schema: ["type": "object"])
    ],
    "/docs": [
      "get": open(
        "getPage", "This document as a page to read and try.", type: "text/html",
        schema: ["type": "string"])
    ],
  ]

  private static func prediction(
    _ name: String, engine: EngineKind, _ runtime: String
  ) -> OrderedJSON {
    OpenAPIOperation.make(
      name, tag: "Prediction", "Classify a picture with \(runtime).",
      "When the answer has status 200, the prediction is stored. A minimal build has the native engine "
        + "alone: there `/predict` answers with it, and the routes of other engines with status 503.",
      parameters: ["top_k", "model", "preprocess", "include"].map(OpenAPIParameters.reference),
      body: picture,
      answer: (
        200,
        OpenAPIOperation.json(
          "The class of the garment.", schema: OpenAPISchemas.reference("Prediction"),
          example: OpenAPIExamples.prediction(engine))
      ), errors: [400, 401, 403, 413, 415, 422, 429, 503])
  }

  private static let picture: OrderedJSON = [
    "required": true,
    "content": [
      "multipart/form-data": OpenAPIOperation.form(file: "A PNG, JPEG or WebP picture.")
    ],
  ]

  private static let benchmark = OpenAPIOperation.make(
    "benchmark", tag: "Prediction", "Compare the engines on a picture.",
    """
    The engines take turns, after a warm-up. The time of each is the median of its runs. Nothing is \
    stored. One benchmark runs at a time.
    """,
    parameters: ["iterations", "model", "preprocess"].map(OpenAPIParameters.reference),
    body: picture,
    answer: (
      200,
      OpenAPIOperation.json(
        "How fast each engine was, and what it said.",
        schema: OpenAPISchemas.reference("Benchmark"), example: OpenAPIExamples.benchmark)
    ), errors: [400, 401, 403, 413, 415, 422, 429, 503])

  private static let statistics = OpenAPIOperation.make(
    "getStatistics", tag: "Statistics", "How many predictions there are.",
    "Needs a key that may read.",
    parameters: [
      [
        "name": "Accept-Language", "in": "header",
        "description": "The language of `message`: Chinese, or English with `en`.",
        "schema": ["type": "string"], "example": "en",
      ]
    ],
    answer: (
      200,
      OpenAPIOperation.json(
        "The counts.", schema: OpenAPISchemas.reference("Statistics"),
        example: OpenAPIExamples.statistics)
    ), errors: [401, 403, 429, 503])

  private static let metrics = OpenAPIOperation.make(
    "getMetrics", tag: "Operation", "Counts and times, for Prometheus.",
    """
    Needs a key that may read; Prometheus sends it as `Authorization: Bearer`. Gauges of quality are those \
    of the last 24 hours.
    """,
    parameters: [],
    answer: (
      200,
      [
        "description": "Metrics in the text format, version 0.0.4.",
        "headers": OpenAPIHeaders.all,
        "content": ["text/plain": ["schema": ["type": "string"]]],
      ]
    ), errors: [401, 403, 429])

  private static func probe(
    _ name: String, _ summary: String, statuses: [(status: String, text: String, schema: String)]
  ) -> OrderedJSON {
    [
      "operationId": .string(name),
      "tags": ["Operation"],
      "summary": .string(summary),
      "security": [],
      "parameters": [OpenAPIParameters.reference("requestID")],
      "responses": .object(
        statuses.map { status in
          .init(
            name: status.status,
            value: [
              "description": .string(status.text),
              "headers": OpenAPIHeaders.identity,
              "content": [
                "application/json": ["schema": OpenAPISchemas.reference(status.schema)]
              ],
            ])
        }),
    ]
  }

  private static func open(
    _ name: String, _ summary: String, type: String, schema: OrderedJSON
  ) -> OrderedJSON {
    [
      "operationId": .string(name),
      "tags": ["Operation"],
      "summary": .string(summary),
      "security": [],
      "parameters": [OpenAPIParameters.reference("requestID")],
      "responses": [
        "200": [
          "description": "The document.",
          "headers": OpenAPIHeaders.identity,
          "content": .object([.init(name: type, value: ["schema": schema])]),
        ]
      ],
    ]
  }
}
