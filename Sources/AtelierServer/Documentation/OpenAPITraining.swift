import Networks
import Retraining
import Training

/// The part of the document that describes training.
enum OpenAPITraining {
  static let paths: OrderedJSON = [
    "/training": ["post": submit], "/training/inspect": ["post": inspect],
  ]

  static let tag: OrderedJSON = [
    "name": "Training", "description": "Learn from data of your own. Needs a key that may do all.",
  ]

  private static let submit = OpenAPIOperation.make(
    "train", tag: "Training", "Train a model version as a job.",
    """
    Send an archive (ZIP, RAR, 7z, tar) with folders named by class, with a CSV file of picture paths and \
    labels, or with IDX files and `labels.txt`; or `{"source": "labels"}` for the stored predictions that \
    were labelled. A fifth of the pictures is held out to judge by. The new version is promoted if \
    McNemar's test does not find it worse than the served one on what was held out, at the level 0.05; \
    versions of other classes are promoted by hand only.

    Follow the job at `Location`; its events are `dataset`, `epoch` (loss and accuracy) and `verdict`.
    """,
    parameters: [], body: body,
    answer: (
      202,
      [
        "description": "The job.",
        "headers": OpenAPIHeaders.all.appending(OpenAPIHeaders.references(["Location"])),
        "content": ["application/json": ["schema": OpenAPISchemas.reference("Job")]],
      ]
    ), errors: [400, 401, 403, 409, 413, 415, 422, 429, 503, 507])

  private static let inspect = OpenAPIOperation.make(
    "inspectDataset", tag: "Training", "Examine a data set before training on it.",
    """
    Takes what `POST /training` takes, and keeps nothing of it. `problem` says why nothing could be \
    learned from the data set; `null` when something can.
    """,
    parameters: [], body: body,
    answer: (
      200,
      [
        "description": "What was found.", "headers": OpenAPIHeaders.all,
        "content": [
          "application/json": [
            "schema": OpenAPISchemas.reference("DatasetInspection"), "example": example,
          ]
        ],
      ]
    ), errors: [400, 401, 403, 413, 415, 422, 429, 503, 507])

  /// The settings, which a form has as fields and JSON as members.
  private static let settings: [OrderedJSON.Member] = [
    choice(
      "mix", "Whether the standard data set is learned from too; by default if it has all classes.",
      TrainingData.Mix.allCases.map(\.rawValue)),
    .init(
      name: "from",
      value: [
        "type": "string", "default": "current",
        "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        "description": "The parameters to start from: `current`, `scratch`, or a version.",
      ]),
    choice(
      "architecture", "The design, when it starts from scratch.",
      Architecture.allCases.map(\.rawValue)),
    number("epochs", "How often every picture is learned from.", "integer", 1, 1_000),
    .init(
      name: "learning_rate",
      value: [
        "type": "number", "exclusiveMinimum": 0, "maximum": 10,
        "description": "The learning rate's maximum.",
      ]),
    number("seed", "Of everything random.", "integer", 0, Int(Int32.max)),
    choice(
      "promote", "When the new version is served.", PromotionRule.allCases.map(\.rawValue)),
    .init(
      name: "strict",
      value: [
        "type": "boolean", "default": false,
        "description": "Whether pictures with different labels are an error.",
      ]),
  ]

  private static func choice(
    _ name: String, _ description: String, _ values: [String]
  ) -> OrderedJSON.Member {
    .init(
      name: name,
      value: [
        "type": "string", "description": .string(description),
        "enum": .array(values.map { .string($0) }),
      ])
  }

  private static func number(
    _ name: String, _ description: String, _ type: String, _ least: Int, _ most: Int
  ) -> OrderedJSON.Member {
    .init(
      name: name,
      value: [
        "type": .string(type), "minimum": .integer(least), "maximum": .integer(most),
        "description": .string(description),
      ])
  }

  private static let body: OrderedJSON = [
    "required": true,
    "content": [
      "multipart/form-data": OpenAPIOperation.form(
        file: "An archive of the data set.", others: settings),
      "application/json": [
        "schema": [
          "type": "object", "required": ["source"],
          "properties": .object(
            [
              .init(
                name: "source",
                value: [
                  "type": "string", "const": "labels",
                  "description": "The stored predictions that were labelled.",
                ])
            ] + settings), "additionalProperties": false,
        ],
        "example": ["source": "labels", "epochs": 3],
      ],
      "application/zip": ["schema": ["type": "string", "format": "binary"]],
    ],
  ]

  private static let example: OrderedJSON = [
    "kind": "folders", "pictures": 241,
    "classes": [
      [
        "name": "boot", "pictures": 120, "usable": 118, "training": 82, "validation": 12,
        "held_out": 24,
      ],
      [
        "name": "sandal", "pictures": 121, "usable": 120, "training": 84, "validation": 12,
        "held_out": 24,
      ],
    ],
    "duplicates": 1,
    "contradictions": [
      "count": 1,
      "first": [
        [
          ["name": "boot/7.png", "label": "boot"], ["name": "sandal/9.png", "label": "sandal"],
        ]
      ],
    ],
    "unreadable": [
      "count": 1,
      "first": [
        [
          "name": "boot/notes.txt",
          "reason": "this is not a PNG, JPEG or WebP picture; send one of these",
        ]
      ],
    ],
    "test_overlap": .null, "training_overlap": .null, "imbalance": .fixed(1.02, decimals: 2),
    "imbalanced": false,
    "sha256": "f9a4d1a1fd1fcf4dba3cf0c2a1ea0e5c4b9f38a6e1dc4b0cb0c1f4ce4ad8a8d1",
    "problem": .null,
  ]

  /// The shapes of the answers.
  static let schemas: OrderedJSON = [
    "DatasetInspection": [
      "type": "object",
      "required": .array(inspection.map { .string($0.name) }),
      "properties": .object(inspection),
      "additionalProperties": false,
    ]
  ]

  private static let inspection: [OrderedJSON.Member] = [
    .init(
      name: "kind",
      value: ["type": "string", "enum": ["folders", "csv", "idx", "predictions"]]),
    count("pictures", "Pictures that could be read."),
    .init(
      name: "classes",
      value: [
        "type": "array",
        "items": [
          "type": "object",
          "properties": .object(
            [.init(name: "name", value: ["type": "string"])]
              + ["pictures", "usable", "training", "validation", "held_out"].map {
                .init(name: $0, value: ["type": "integer", "minimum": 0])
              }),
          "required": ["name", "pictures", "usable", "training", "validation", "held_out"],
        ],
      ]),
    count("duplicates", "Pictures that equal an earlier one; they are left out."),
    list("contradictions", "Equal pictures with different labels; they are left out.", "array"),
    list("unreadable", "What could not be read.", "object"),
    .init(
      name: "test_overlap",
      value: [
        "anyOf": [listSchema("string"), ["type": "null"]],
        "description":
          "Pictures of the standard test split, which are left out; null when nobody looked.",
      ]),
    .init(
      name: "training_overlap",
      value: [
        "type": ["integer", "null"],
        "description": "Pictures of the standard training set, which are never held out.",
      ]),
    .init(
      name: "imbalance",
      value: [
        "type": ["number", "null"],
        "description": "Pictures of the largest class for each of the smallest.",
      ]),
    .init(name: "imbalanced", value: ["type": "boolean"]),
    .init(
      name: "sha256",
      value: ["type": "string", "description": "Of the usable pictures and their labels."]),
    .init(name: "problem", value: ["type": ["string", "null"]]),
  ]

  private static func count(_ name: String, _ description: String) -> OrderedJSON.Member {
    .init(
      name: name,
      value: ["type": "integer", "minimum": 0, "description": .string(description)])
  }

  private static func list(
    _ name: String, _ description: String, _ type: String
  ) -> OrderedJSON.Member {
    .init(
      name: name, value: listSchema(type).appending(["description": .string(description)]))
  }

  private static func listSchema(_ type: String) -> OrderedJSON {
    [
      "type": "object", "required": ["count", "first"],
      "properties": [
        "count": ["type": "integer", "minimum": 0],
        "first": [
          "type": "array", "items": ["type": .string(type)],
          "maxItems": .integer(InspectionAnswer.shownCount),
        ],
      ],
    ]
  }
}
