import APIKeys

/// The part of the document that describes keys.
enum OpenAPIKeys {
  static let paths: OrderedJSON = [
    "/keys": ["get": list, "post": create],
    "/keys/{id}": ["delete": revoke],
  ]

  static let tag: OrderedJSON = [
    "name": "Keys", "description": "Who may use the service.",
  ]

  private static let list = OpenAPIOperation.make(
    "listKeys", tag: "Keys", "The keys, without their secrets.",
    """
    Needs a key that may do everything. Keys of the configuration come first, then those that were \
    made, the oldest first, with those that are revoked or expired.
    """,
    parameters: [],
    answer: (
      200,
      OpenAPIOperation.json(
        "The keys.",
        schema: [
          "type": "object", "required": ["keys"],
          "properties": ["keys": ["type": "array", "items": OpenAPISchemas.reference("Key")]],
          "additionalProperties": false,
        ], example: ["keys": [example]])
    ),
    errors: [401, 403, 429])

  private static let create = OpenAPIOperation.make(
    "createKey", tag: "Keys", "Make a key.",
    """
    Needs a key that may do everything. The answer is the only place where the secret ever stands; \
    the service keeps its hash. The key is accepted at once.
    """,
    parameters: [],
    body: [
      "required": true,
      "content": [
        "application/json": [
          "schema": request,
          "example": [
            "name": "shop", "role": "predict", "expires_in_days": 90, "requests_per_minute": 600,
          ],
        ]
      ],
    ],
    answer: (
      201,
      OpenAPIOperation.json(
        "The key, and its secret.", schema: OpenAPISchemas.reference("NewKey"),
        example: example.appending(["secret": "atl_lZ0q5mVbS1yCw3Hn8uXe7aTjK2dRfGpQ4oLi9sEvYxM"]))
    ),
    errors: [400, 401, 403, 413, 415, 422, 429, 503])

  private static let revoke = OpenAPIOperation.make(
    "revokeKey", tag: "Keys", "Revoke a key.",
    """
    Needs a key that may do everything. The key is refused from then on, and stays in the list. A key \
    of the configuration cannot be revoked here. Your own key, and the last one that may do \
    everything, are revoked only with `confirm=true`; without it the answer says what that means.
    """,
    parameters: [
      [
        "name": "id", "in": "path", "required": true,
        "description": "The identity of a key.",
        "schema": ["type": "string", "minLength": 1], "example": "key-1a2b3c4d",
      ],
      [
        "name": "confirm", "in": "query",
        "description": "Whether to revoke a key whose end has consequences.",
        "schema": ["type": "boolean", "default": false],
      ],
    ],
    answer: (
      200,
      OpenAPIOperation.json(
        "The key as it is now.", schema: OpenAPISchemas.reference("Key"), example: revoked)
    ),
    errors: [401, 403, 404, 409, 422, 429, 503])

  private static let request: OrderedJSON = [
    "type": "object",
    "required": ["name", "role"],
    "properties": [
      "name": [
        "type": "string", "minLength": 1, "maxLength": .integer(KeyRequest.nameLimit),
        "description": "Whom or what the key is for.",
      ],
      "role": role,
      "expires_in_days": optional(KeyRequest.days, "Days until it stops working; null for never."),
      "requests_per_minute": optional(
        KeyRequest.rates, "A limit of its own; null for that of the configuration."),
    ],
    "additionalProperties": false,
  ]

  /// The shapes of the answers.
  static let schemas: OrderedJSON = [
    "Key": key([]),
    "NewKey": key([("secret", ["type": "string", "description": "The key itself."])]),
  ]

  private static func key(_ additions: [(name: String, schema: OrderedJSON)]) -> OrderedJSON {
    let members = (properties + additions).map {
      OrderedJSON.Member(name: $0.name, value: $0.schema)
    }
    return [
      "type": "object",
      "required": .array(members.map { .string($0.name) }),
      "properties": .object(members),
      "additionalProperties": false,
    ]
  }

  private static let properties: [(name: String, schema: OrderedJSON)] = [
    ("id", ["type": "string", "description": "The key's identity, not its secret."]),
    ("name", ["type": "string"]),
    ("role", role),
    (
      "state",
      ["type": "string", "enum": .array(KeyState.allCases.map { .string($0.rawValue) })]
    ),
    ("created", time("When it was made; null for keys of the configuration.")),
    ("expires", time("When it stops working by itself.")),
    ("revoked", time("When it was revoked.")),
    (
      "requests_per_minute",
      ["type": ["integer", "null"], "minimum": 1, "description": "Its own limit, if it has one."]
    ),
    (
      "configured",
      ["type": "boolean", "description": "Whether it is part of the service's configuration."]
    ),
    ("current", ["type": "boolean", "description": "Whether it is the key of this request."]),
  ]

  private static let role: OrderedJSON = [
    "type": "string", "enum": .array(Role.allCases.map { .string($0.rawValue) }),
    "description": "What the key may do: classify, also read, or everything.",
  ]

  private static func time(_ description: String) -> OrderedJSON {
    [
      "type": ["string", "null"], "format": "date-time", "description": .string(description),
    ]
  }

  private static func optional(_ range: ClosedRange<Int>, _ description: String) -> OrderedJSON {
    [
      "type": ["integer", "null"], "minimum": .integer(range.lowerBound),
      "maximum": .integer(range.upperBound), "description": .string(description),
    ]
  }

  private static let example: OrderedJSON = key(state: .valid, revoked: .null)
  private static let revoked: OrderedJSON = key(
    state: .revoked, revoked: "2026-11-25T08:00:00Z")

  private static func key(state: KeyState, revoked: OrderedJSON) -> OrderedJSON {
    [
      "id": "key-1a2b3c4d", "name": "shop", "role": "predict", "state": .string(state.rawValue),
      "created": "2026-11-24T09:30:00Z", "expires": "2027-02-22T09:30:00Z", "revoked": revoked,
      "requests_per_minute": 600, "configured": false, "current": false,
    ]
  }
}
