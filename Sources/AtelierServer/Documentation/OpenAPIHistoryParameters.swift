import Classification
import Records

/// The parameters that ask for a part of the history.
enum OpenAPIHistoryParameters {
  static let filters: [OrderedJSON] = [
    query(
      "from", "Not before this time: RFC 3339, or a day in UTC.", time, example: "2026-11-24"),
    query(
      "to", "Before this time, or up to the end of this day in UTC.", time,
      example: "2026-11-24T18:00:00Z"),
    query("class", "The class that was found.", OpenAPISchemas.reference("Class"), example: "Bag"),
    query(
      "engine", "The engine, by either of its names.",
      [
        "type": "string",
        "enum": .array(
          EngineKind.allCases.map { .string($0.rawValue) }
            + EngineKind.allCases.map { .string($0.displayName) }),
      ], example: "onnx"),
    query("model_version", "The version of the model.", text, example: "fashion-lite-20261126"),
    query(
      "min_confidence", "The least confidence.", OpenAPISchemas.reference("Confidence"),
      example: .fixed(0.9, decimals: 1)),
    query(
      "filename", "A part of the file's name. The case of the letters A to Z does not matter.",
      text,
      example: "shirt"),
    query(
      "request_id",
      "The `X-Request-ID` of the request that asked: all pictures of a batch have that of the batch.",
      [
        "type": "string", "minLength": 1, "maxLength": .integer(RequestIdentity.lengthLimit),
        "pattern": "^[0-9A-Za-z_.:/+=@-]+$",
      ], example: nil),
    query(
      "uncertain", "Whether the model was not sure.", ["type": "boolean"], example: false),
    query(
      "label",
      "What is known of the truth: nothing (`none`), something (`any`), that the class is the `right` "
        + "one or a `wrong` one.",
      ["type": "string", "enum": .array(LabelState.allCases.map { .string($0.rawValue) })],
      example: "any"),
  ]

  static let paging: [OrderedJSON] = [
    query(
      "limit", "The most predictions of a page.",
      [
        "type": "integer", "minimum": .integer(HistoryParameters.limits.lowerBound),
        "maximum": .integer(HistoryParameters.limits.upperBound),
        "default": .integer(HistoryParameters.defaultLimit),
      ], example: 50),
    query(
      "cursor", "The `next_cursor` of the page before.",
      ["type": "string", "pattern": "^[0-9a-f]{40}$"], example: nil),
  ]

  static let format = query(
    "format", "The kind of file.",
    [
      "type": "string", "enum": .array(ExportFormat.allCases.map { .string($0.rawValue) }),
      "default": .string(ExportFormat.csv.rawValue),
    ], example: "csv")

  private static let time: OrderedJSON = [
    "type": "string",
    "oneOf": [["format": "date-time"], ["format": "date"]],
  ]

  private static let text: OrderedJSON = [
    "type": "string", "minLength": 1, "maxLength": .integer(HistoryParameters.textLimit),
  ]

  private static func query(
    _ name: String, _ description: String, _ schema: OrderedJSON, example: OrderedJSON?
  ) -> OrderedJSON {
    let parameter: OrderedJSON = [
      "name": .string(name), "in": "query", "description": .string(description), "schema": schema,
    ]
    return parameter.appending(example.map { ["example": $0] } ?? [:])
  }
}
