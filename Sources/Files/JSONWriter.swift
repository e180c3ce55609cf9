/// Writes JSON (RFC 8259) straight into bytes, for what is written with every request: a tree of values
/// would be dozens of objects on the heap.
///
/// Every `begin` has its `end`, and a member of an object is its name and then its value.
package struct JSONWriter: Sendable {
  /// What was written so far.
  package private(set) var bytes: [UInt8]
  private var needsComma = false

  /// Creates a writer with room for some bytes.
  package init(capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// What was written so far, as text.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Forgets what was written, and keeps the room for it when that is at most some bytes.
  package mutating func removeAll(keepingUpTo capacity: Int) {
    bytes.removeAll(keepingCapacity: bytes.capacity <= capacity)
    needsComma = false
  }

  package mutating func beginObject() { begin(UInt8(ascii: "{")) }
  package mutating func endObject() { end(UInt8(ascii: "}")) }
  package mutating func beginArray() { begin(UInt8(ascii: "[")) }
  package mutating func endArray() { end(UInt8(ascii: "]")) }

  /// Ends a line after a value; the next value begins anew.
  package mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  /// Appends whole lines that somebody else has written.
  package mutating func append(lines: some Collection<UInt8>) { bytes += lines }

  /// Writes a value that somebody else has written.
  package mutating func value(encoded text: String) {
    separate()
    bytes += text.utf8
  }

  package mutating func value(_ value: String) {
    separate()
    quote(value)
  }

  package mutating func value(_ value: Int) {
    separate()
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    appendDigits(of: value.magnitude, atLeast: 1)
  }

  /// Writes a number with the fewest digits that tell it from others; `null` when it is not finite.
  package mutating func value(_ value: Float) {
    separate()
    bytes += value.isFinite ? "\(value)".utf8 : "null".utf8
  }

  /// Writes a number rounded to a fixed count of decimals; `null` when it is not finite.
  package mutating func value(_ value: Double, decimals: Int) {
    separate()
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let scaled = (value * scale).rounded()
    guard scaled.isFinite, abs(scaled) < 9e15 else {
      bytes += value.isFinite ? "\(value)".utf8 : "null".utf8
      return
    }
    if scaled < 0 { bytes.append(UInt8(ascii: "-")) }
    let (whole, fraction) = UInt(abs(scaled)).quotientAndRemainder(dividingBy: UInt(scale))
    appendDigits(of: whole, atLeast: 1)
    guard decimals > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    appendDigits(of: fraction, atLeast: decimals)
  }

  package mutating func value(_ value: Bool) {
    separate()
    bytes += (value ? "true" : "false").utf8
  }

  package mutating func null() {
    separate()
    bytes += "null".utf8
  }

  /// Writes the name of the member whose value comes next.
  package mutating func name(_ name: String) {
    separate()
    quote(name)
    endName()
  }

  /// Writes the name of the member whose value comes next, which has nothing in it to be escaped.
  package mutating func name(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    endName()
  }

  package mutating func member(_ name: StaticString, _ value: String) {
    self.name(name)
    self.value(value)
  }

  package mutating func member(_ name: StaticString, _ value: Int) {
    self.name(name)
    self.value(value)
  }

  package mutating func member(_ name: StaticString, _ value: Float) {
    self.name(name)
    self.value(value)
  }

  package mutating func member(_ name: StaticString, _ value: Double, decimals: Int) {
    self.name(name)
    self.value(value, decimals: decimals)
  }

  package mutating func member(_ name: StaticString, _ value: Bool) {
    self.name(name)
    self.value(value)
  }
}

extension JSONWriter {
  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func endName() {
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  private mutating func begin(_ bracket: UInt8) {
    separate()
    needsComma = false
    bytes.append(bracket)
  }

  private mutating func end(_ bracket: UInt8) {
    needsComma = true
    bytes.append(bracket)
  }

  /// Appends a string with its quotes (RFC 8259, section 7).
  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { text in
      // Looked at to the end, so that many bytes are at once.
      var mustEscape = false
      for byte in text {
        let standsForItself =
          byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        mustEscape = mustEscape || !standsForItself
      }
      if mustEscape {
        for byte in text { appendEscaped(byte) }
      } else {
        bytes.append(contentsOf: text)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
    case UInt8(ascii: "\n"): bytes += "\\n".utf8
    case UInt8(ascii: "\r"): bytes += "\\r".utf8
    case UInt8(ascii: "\t"): bytes += "\\t".utf8
    case 0..<0x20:
      let digits = String(byte, radix: 16)
      bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
    default: bytes.append(byte)
    }
  }

  /// Appends the decimal digits of a number, with zeros before them if there are too few.
  private mutating func appendDigits(of number: UInt, atLeast count: Int) {
    var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
    var (rest, first) = (number, digits.count)
    while rest > 0 || digits.count - first < count {
      first -= 1
      digits[first] += UInt8(rest % 10)
      rest /= 10
    }
    for position in first..<digits.count { bytes.append(digits[position]) }
  }
}
