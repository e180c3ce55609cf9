import Glibc
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

  private static let headerLimit = 16 << 10
  private static let lineEnd: [UInt8] = [13, 10]
  private static let headerEnd: [UInt8] = [13, 10, 13, 10]

  /// Takes a body apart.
  ///
  /// - Parameters:
  ///   - body: The whole body.
  ///   - boundary: The boundary of the content type.
  ///   - partLimit: The most parts there may be.
  init(_ body: ByteBuffer, boundary: String, partLimit: Int = 64) throws(Failure) {
    let delimiter = Array("--\(boundary)".utf8)
    let separator = Self.lineEnd + delimiter
    var scanner = Scanner(buffer: body)
    // The first boundary may come without a line end before it; what stands before it is not ours.
    if !scanner.skip(delimiter) {
      guard scanner.skip(through: separator) else { throw .boundaryMissing }
    }
    var parts: [Part] = []
    while !scanner.skip(Array("--".utf8)) {
      scanner.skipBlanks()
      guard scanner.skip(Self.lineEnd) else { throw .truncated }
      guard parts.count < partLimit else { throw .tooManyParts(limit: partLimit) }
      let header = try Self.header(of: &scanner)
      guard let content = scanner.take(upTo: separator) else { throw .truncated }
      parts.append(Part(name: header.name, filename: header.filename, content: content))
    }
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

  private static func header(
    of scanner: inout Scanner
  ) throws(Failure) -> (name: String, filename: String?) {
    guard let bytes = scanner.take(upTo: headerEnd, within: headerLimit) else {
      throw .malformedHeader
    }
    let lines = String(buffer: bytes).split(separator: "\r\n")
    for line in lines {
      let halves = line.split(separator: ":", maxSplits: 1)
      guard halves.count == 2, halves[0].lowercased() == "content-disposition" else { continue }
      let field = FieldValue(String(halves[1]))
      guard field.value.lowercased() == "form-data", let name = field.parameters["name"] else {
        throw .malformedHeader
      }
      return (name, field.parameters["filename"])
    }
    throw .malformedHeader
  }

  /// A place in the body.
  private struct Scanner {
    var buffer: ByteBuffer

    mutating func skip(_ bytes: [UInt8]) -> Bool {
      guard buffer.readableBytesView.starts(with: bytes) else { return false }
      buffer.moveReaderIndex(forwardBy: bytes.count)
      return true
    }

    mutating func skip(through bytes: [UInt8]) -> Bool {
      take(upTo: bytes) != nil
    }

    mutating func skipBlanks() {
      while let byte = buffer.readableBytesView.first, byte == 32 || byte == 9 {
        buffer.moveReaderIndex(forwardBy: 1)
      }
    }

    /// Takes what stands before some bytes, and skips these; `nil` when they do not come.
    mutating func take(upTo bytes: [UInt8], within limit: Int = .max) -> ByteBuffer? {
      guard let distance = distance(to: bytes, within: limit),
        let taken = buffer.readSlice(length: distance)
      else { return nil }
      buffer.moveReaderIndex(forwardBy: bytes.count)
      return taken
    }

    /// Looks for bytes by their first one, which `memchr` finds faster than any loop.
    private func distance(to bytes: [UInt8], within limit: Int) -> Int? {
      buffer.withUnsafeReadableBytes { haystack in
        guard let base = haystack.baseAddress else { return nil }
        let end = min(haystack.count, limit) - bytes.count
        var position = 0
        while position <= end {
          guard let found = memchr(base + position, Int32(bytes[0]), end - position + 1) else {
            return nil
          }
          position = UnsafeRawPointer(found) - base
          if memcmp(found, bytes, bytes.count) == 0 { return position }
          position += 1
        }
        return nil
      }
    }
  }
}
