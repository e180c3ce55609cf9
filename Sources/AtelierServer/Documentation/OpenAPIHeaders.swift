/// The header fields of answers.
enum OpenAPIHeaders {
  /// Those of every answer.
  static let identity = references(["X-Request-ID", "traceparent"])

  /// Those of answers to requests with a key.
  static let all = references([
    "X-Request-ID", "traceparent", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset",
  ])

  static func references(_ names: [String]) -> OrderedJSON {
    .object(
      names.map { .init(name: $0, value: ["$ref": .string("#/components/headers/\($0)")]) })
  }

  static let components: OrderedJSON = [
    "X-Request-ID": [
      "description": "The request's identity.", "required": true, "schema": ["type": "string"],
    ],
    "traceparent": [
      "description": "The request's place in its trace (W3C Trace Context).",
      "required": true,
      "schema": ["type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"],
    ],
    "WWW-Authenticate": [
      "description": "How to authenticate.", "schema": ["type": "string"],
    ],
    "Retry-After": [
      "description": "Seconds to wait.", "required": true,
      "schema": ["type": "integer", "minimum": 1],
    ],
    "Location": [
      "description": "Where to follow what was begun.", "required": true,
      "schema": ["type": "string"],
    ],
    "RateLimit-Limit": [
      "description": "Requests a minute, if the key has a limit.",
      "schema": ["type": "integer", "minimum": 1],
    ],
    "RateLimit-Remaining": [
      "description": "Requests that may follow at once.",
      "schema": ["type": "integer", "minimum": 0],
    ],
    "RateLimit-Reset": [
      "description": "Seconds until the whole allowance is back.",
      "schema": ["type": "integer", "minimum": 0],
    ],
  ]
}
