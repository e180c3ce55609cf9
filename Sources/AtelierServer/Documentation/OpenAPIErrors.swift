import APIKeys
import HTTPTypes

/// The answers that say what went wrong.
enum OpenAPIErrors {
  /// The members of an operation's `responses` for some statuses.
  static func references(_ statuses: [Int]) -> [OrderedJSON.Member] {
    statuses.map { status in
      .init(
        name: String(status),
        value: ["$ref": .string("#/components/responses/\(names[status] ?? "Error")")])
    }
  }

  private static let names = [
    400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 409: "Conflict",
    413: "TooLarge",
    415: "UnsupportedType", 422: "InvalidParameter", 429: "RateLimited", 503: "Unavailable",
    507: "StorageFull",
  ]

  static let components: OrderedJSON = [
    "BadRequest": error(
      "The body is not a form, or the file not a whole picture.", .invalidPicture,
      "the PNG picture is cut short; send the whole file"),
    "Unauthorized": error(
      "The key is missing or wrong.", .unauthorized, "the header X-API-Key is missing",
      headers: ["WWW-Authenticate"]),
    "Forbidden": error(
      "The key may not do this.", .forbidden,
      "this needs a key with the role read; yours has predict"),
    "NotFound": error(
      "There is no such thing, or none that the key may see.", .notFound,
      "there is no prediction of this identity"),
    "Conflict": error(
      "It cannot be done as things are, or needs to be confirmed.", .conflict,
      "model version fashion-lite-20261126 is the one that is served; promote another one first"),
    "TooLarge": error(
      "The body, or the picture, is larger than allowed.", .tooLarge,
      "the body is larger than the 10485760 bytes allowed"),
    "UnsupportedType": error(
      "The body is not a form, or the file of a kind that is not read.", .unsupportedType,
      "this is not a PNG, JPEG or WebP picture; send one of these"),
    "InvalidParameter": error(
      "A parameter or field is not usable.", .invalidParameter,
      "top_k must be a whole number from 1 to 256"),
    "RateLimited": error(
      "Too many requests with this key, or too many wrong keys from this address.", .rateLimited,
      "the key may make 60 requests a minute; wait 2 s", headers: ["Retry-After"]),
    "Unavailable": error(
      "The service is busy, an engine is not loaded, or the database does not answer.",
      .overloaded, "too many pictures wait already; try again", headers: ["Retry-After"]),
    "StorageFull": error(
      "The disk of the service has no room for the body; nothing of it was kept.", .storageFull,
      "the disk of the service has no room for the upload; nothing of it was kept"),
  ]

  private static func error(
    _ description: String, _ code: APIError.Code, _ message: String, headers: [String] = []
  ) -> OrderedJSON {
    [
      "description": .string(description),
      "headers": OpenAPIHeaders.references(["X-Request-ID", "traceparent"] + headers),
      "content": [
        "application/json": [
          "schema": OpenAPISchemas.reference("Error"),
          "example": APIError(status: .ok, code: code, message: message)
            .body(requestID: "01a20c9f-b0ba-75f0-9120-0fab82f70917"),
        ]
      ],
    ]
  }
}
