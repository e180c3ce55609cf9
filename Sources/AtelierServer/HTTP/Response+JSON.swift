import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
  /// An answer of JSON.
  static func json(
    _ value: OrderedJSON, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    json(encoded: value.utf8, status: status, headers: headers)
  }

  /// An answer of JSON that was written already.
  static func json(
    encoded bytes: [UInt8], status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[.contentType] = "application/json; charset=utf-8"
    return text(bytes, status: status, headers: headers)
  }

  /// An answer of text whose type the headers name.
  static func text(
    _ bytes: [UInt8], status: HTTPResponse.Status = .ok, headers: HTTPFields
  ) -> Response {
    Response(
      status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}

extension HTTPField.Name {
  static let apiKey = HTTPField.Name(constant: "X-API-Key")
  static let forwardedFor = HTTPField.Name(constant: "X-Forwarded-For")
  static let requestID = HTTPField.Name(constant: "X-Request-ID")
  static let rateLimitLimit = HTTPField.Name(constant: "RateLimit-Limit")
  static let rateLimitRemaining = HTTPField.Name(constant: "RateLimit-Remaining")
  static let rateLimitReset = HTTPField.Name(constant: "RateLimit-Reset")

  /// A name the program itself spells, which therefore is one.
  init(constant: String) {
    guard let name = HTTPField.Name(constant) else { preconditionFailure("\(constant) is no name") }
    self = name
  }
}
