import Glibc
import NIOCore

/// Takes a `multipart/form-data` body (RFC 7578) apart as it comes, without keeping what was taken.
struct MultipartParser {
  /// What comes next in a body.
  enum Event {
    /// A field begins.
    case begin(name: String, filename: String?)
    /// Some bytes of the field.
    case content(ByteBuffer)
    /// The field ends.
    case end
  }

  private enum Place {
    case preamble(isFirst: Bool)
    case afterBoundary
    case header
    case content
    case epilogue
  }

  private static let headerLimit = 16 << 10
  fileprivate static let lineEnd: [UInt8] = [13, 10]
  private static let headerEnd: [UInt8] = [13, 10, 13, 10]
  private static let close = Array("--".utf8)

  private let delimiter: [UInt8]
  private let separator: [UInt8]
  private let partLimit: Int
  private var place = Place.preamble(isFirst: true)
  private var partCount = 0
  private var buffer = ByteBuffer()

  /// - Parameters:
  ///   - boundary: The boundary of the content type.
  ///   - partLimit: The most fields there may be.
  init(boundary: String, partLimit: Int) {
    delimiter = Array("--\(boundary)".utf8)
    separator = Self.lineEnd + delimiter
    self.partLimit = partLimit
  }

  /// Takes in more of the body; then ask for ``next()`` until there is nothing.
  mutating func append(_ bytes: ByteBuffer) {
    if buffer.readableBytes == 0 {
      buffer = bytes
    } else {
      buffer.discardReadBytes()
      buffer.writeImmutableBuffer(bytes)
    }
  }

  /// What comes next; `nil` when more of the body is needed to tell.
  mutating func next() throws(MultipartForm.Failure) -> Event? {
    while true {
      switch place {
      case .preamble(let isFirst):
        guard passPreamble(isFirst: isFirst) else { return nil }
        place = .afterBoundary
      case .afterBoundary:
        guard let isLast = try passBoundary() else { return nil }
        place = isLast ? .epilogue : .header
      case .header:
        guard let event = try header() else { return nil }
        place = .content
        return event
      case .content:
        if let distance = buffer.distance(to: separator) {
          if distance > 0, let content = buffer.readSlice(length: distance) {
            return .content(content)
          }
          buffer.moveReaderIndex(forwardBy: separator.count)
          place = .afterBoundary
          return .end
        }
        // The end of what is here may be the beginning of a boundary.
        let count = buffer.readableBytes - separator.count + 1
        guard count > 0, let content = buffer.readSlice(length: count) else { return nil }
        return .content(content)
      case .epilogue:
        buffer.clear()
        return nil
      }
    }
  }

  /// Checks that the body has come to its end.
  func finish() throws(MultipartForm.Failure) {
    switch place {
    case .preamble: throw .boundaryMissing
    case .header: throw .malformedHeader
    case .afterBoundary, .content: throw .truncated
    case .epilogue: return
    }
  }

  /// The first boundary may come without a line end before it; what stands before it is not ours.
  private mutating func passPreamble(isFirst: Bool) -> Bool {
    if isFirst {
      if skip(delimiter) { return true }
      guard buffer.readableBytes >= delimiter.count else { return false }
      place = .preamble(isFirst: false)
    }
    guard let distance = buffer.distance(to: separator) else {
      buffer.moveReaderIndex(forwardBy: max(0, buffer.readableBytes - separator.count + 1))
      return false
    }
    buffer.moveReaderIndex(forwardBy: distance + separator.count)
    return true
  }

  /// Whether the boundary was the last; `nil` when that is not known yet.
  private mutating func passBoundary() throws(MultipartForm.Failure) -> Bool? {
    if skip(Self.close) { return true }
    while let byte = buffer.readableBytesView.first, byte == 32 || byte == 9 {
      buffer.moveReaderIndex(forwardBy: 1)
    }
    guard buffer.readableBytes >= 2 else { return nil }
    guard skip(Self.lineEnd) else { throw .truncated }
    guard partCount < partLimit else { throw .tooManyParts(limit: partLimit) }
    partCount += 1
    return false
  }

  private mutating func header() throws(MultipartForm.Failure) -> Event? {
    guard let distance = buffer.distance(to: Self.headerEnd, within: Self.headerLimit),
      let bytes = buffer.readSlice(length: distance)
    else {
      guard buffer.readableBytes < Self.headerLimit else { throw .malformedHeader }
      return nil
    }
    buffer.moveReaderIndex(forwardBy: Self.headerEnd.count)
    var lines = bytes
    while let line = lines.readLine() {
      guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")),
        line[..<colon].lowercased() == "content-disposition"
      else { continue }
      let field = FieldValue(String(line[line.utf8.index(after: colon)...]))
      guard field.value.lowercased() == "form-data", let name = field.parameters["name"] else {
        throw .malformedHeader
      }
      // Forms should not have the extended parameter (RFC 7578, section 4.2), but those of .NET do, and
      // then the other one is encoded for mail.
      let filename = field.extendedParameter("filename") ?? field.parameters["filename"]
      return .begin(name: name, filename: filename)
    }
    throw .malformedHeader
  }

  private mutating func skip(_ bytes: [UInt8]) -> Bool {
    guard buffer.readableBytesView.starts(with: bytes) else { return false }
    buffer.moveReaderIndex(forwardBy: bytes.count)
    return true
  }
}

extension ByteBuffer {
  /// How far away some bytes are; `nil` when they are not there, or not within so many bytes.
  ///
  /// They are looked for by their first one, which `memchr` finds faster than any loop.
  fileprivate func distance(to bytes: [UInt8], within limit: Int = .max) -> Int? {
    withUnsafeReadableBytes { haystack in
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

  /// The next line without its end; `nil` when nothing is left.
  fileprivate mutating func readLine() -> String? {
    guard readableBytes > 0 else { return nil }
    let end = distance(to: MultipartParser.lineEnd)
    let line = readString(length: end ?? readableBytes)
    if end != nil { moveReaderIndex(forwardBy: MultipartParser.lineEnd.count) }
    return line
  }
}
