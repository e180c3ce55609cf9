import Classification

/// The description of `POST /predict-batch`.
enum OpenAPIBatch {
  static let operation = OpenAPIOperation.make(
    "predictBatch", tag: "Prediction", "Classify many pictures, or archives of them.",
    """
    Send any number of `file` fields, each a picture or a ZIP, RAR, 7z or tar archive (also compressed \
    with gzip, Zstandard, xz or bzip2); or one archive as the whole body. Results come in the order of \
    the pictures, while others are still being classified; each stands in the answer only once it is \
    stored. A picture that cannot be read fails alone.

    With `Accept: application/x-ndjson` each result is a line, and the totals are the last line. An \
    answer without totals was cut off.
    """,
    parameters: [
      OpenAPIParameters.reference("engine"), OpenAPIParameters.reference("top_k"),
      OpenAPIParameters.reference("model"), OpenAPIParameters.reference("preprocess"),
      [
        "name": "skip", "in": "query",
        "description":
          """
        How many of the upload's first pictures to leave out. To go on after an answer that was cut \
        off, send the same upload once more with the number of results it had.
        """,
        "schema": [
          "type": "integer", "minimum": 0, "maximum": .integer(BatchRoute.skipLimit), "default": 0,
        ],
      ],
      [
        "name": "Accept", "in": "header",
        "description": "`application/x-ndjson` for a line a picture.",
        "schema": ["type": "string"], "example": .string(BatchRoute.linesType),
      ],
    ],
    body: upload,
    answer: (
      200,
      [
        "description": "What each picture shows.",
        "headers": OpenAPIHeaders.all,
        "content": [
          "application/json": [
            "schema": OpenAPISchemas.reference("Batch"),
            "example": ["results": [success, failure], "totals": totals],
          ],
          "application/x-ndjson": [
            "schema": ["type": "string"],
            "example": .string(
              [success, failure, ["totals": totals]].map { $0.text + "\n" }.joined()),
          ],
        ],
      ]
    ), errors: [400, 401, 403, 413, 415, 422, 429, 503, 507])

  /// The body of an upload.
  static let upload: OrderedJSON = [
    "required": true,
    "content": .object(
      [
        .init(
          name: "multipart/form-data",
          value: [
            "schema": [
              "type": "object",
              "required": ["file"],
              "properties": [
                "file": [
                  "type": "array", "minItems": 1,
                  "maxItems": .integer(BatchUpload.fileLimit),
                  "items": [
                    "type": "string", "format": "binary",
                    "contentMediaType": "application/octet-stream",
                  ],
                  "description": "Pictures (PNG, JPEG, WebP) and archives of them.",
                ]
              ],
            ]
          ])
      ]
        + BatchUpload.archiveTypes.sorted().map {
          .init(name: $0, value: ["schema": ["type": "string", "format": "binary"]])
        }),
  ]

  /// A line of a picture that was classified.
  static let success: OrderedJSON =
    (["index": 0, "filename": "shirts/1.png"] as OrderedJSON)
    .appending(OpenAPIExamples.prediction(.onnx))

  /// A line of a picture that was not.
  static let failure: OrderedJSON = [
    "index": 1, "filename": "shirts/2.png",
    "error": [
      "code": .string(APIError.Code.invalidPicture.rawValue),
      "message": "the PNG picture is cut short; send the whole file",
    ],
  ]

  private static let totals: OrderedJSON = [
    "pictures": 2, "classified": 1, "failed": 1, "by_class": ["T-shirt/top": 1],
    "time_ms": .fixed(1.82, decimals: 3),
  ]

  /// The shape of the answer.
  static let schema: OrderedJSON = [
    "type": "object",
    "required": ["results", "totals"],
    "properties": [
      "results": [
        "type": "array",
        "items": [
          "type": "object",
          "required": ["index", "filename"],
          "properties": [
            "index": [
              "type": "integer", "minimum": 0,
              "description": "The place of the picture, from 0 on.",
            ],
            "filename": [
              "type": "string", "description": "The name of the file, or its path in the archive.",
            ],
            "error": [
              "type": "object", "required": ["code", "message"],
              "description": "Why the picture was not classified; then there is no prediction.",
            ],
          ],
          "anyOf": [
            ["required": ["error"]], ["required": ["id", "class", "confidence"]],
          ],
        ],
      ],
      "totals": [
        "type": "object",
        "required": ["pictures", "classified", "failed", "by_class", "time_ms"],
      ],
    ],
  ]
}
