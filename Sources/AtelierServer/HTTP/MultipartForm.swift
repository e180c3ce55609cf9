import NIOCore

/// The parts of a `multipart/form-data` body (RFC 7578), found in one pass without copying them.
struct MultipartForm {
  /// One field of the form.
  struct Part {
    /// The field's name.
    let name: String
    /// The file's name as the caller gave it, when the field is a file.
    let filename: String?
    /// The field's content.
    let content: ByteBuffer
  }

  /// Why a body is not a form.
  enum Failure: Error, Hashable {
    /// There is no line that starts with the boundary.
    case boundaryMissing
    /// The body ends before the closing boundary.
    case truncated
    /// The header of a part has no end, is too long, or does not name the field.
    case malformedHeader
    /// There are more parts than allowed.
    case tooManyParts(limit: Int)
  }

  /// The parts, in their order.
  let parts: [Part]

  /// Takes a body apart.
  ///
  /// - Parameters:
  ///   - body: The whole body.
  ///   - boundary: The boundary of the content type.
  ///   - partLimit: The most parts there may be.
  init(_ body: ByteBuffer, boundary: String, partLimit: Int = 64) throws(Failure) {
    var parser = MultipartParser(boundary: boundary, partLimit: partLimit)
    parser.append(body)
    var parts: [Part] = []
    var field: (name: String, filename: String?) = ("", nil)
    var content = ByteBuffer()
    while let event = try parser.next() {
      switch event {
      case .begin(let name, let filename):
        field = (name, filename)
        content = ByteBuffer()
      // Of a body that is whole, the content of a part comes in one piece.
      case .content(let bytes): content = bytes
      case .end:
        parts.append(Part(name: field.name, filename: field.filename, content: content))
      }
    }
    try parser.finish()
    self.parts = parts
  }

  /// The boundary that a `Content-Type` names, or `nil` when it is not `multipart/form-data` with a
  /// usable boundary (RFC 2046, section 5.1.1).
  static func boundary(ofContentType value: String) -> String? {
    let field = FieldValue(value)
    guard field.value.lowercased() == "multipart/form-data",
      let boundary = field.parameters["boundary"], (1...70).contains(boundary.utf8.count),
      boundary.utf8.allSatisfy({ (0x20...0x7e).contains($0) })
    else { return nil }
    return boundary
  }
}
