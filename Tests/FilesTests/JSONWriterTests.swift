import Files
import Foundation
import Testing

@Suite struct JSONWriterTests {
  private func text(_ write: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    write(&json)
    return json.text
  }

  @Test func putsCommasBetweenMembersAndElements() {
    let text = text { json in
      json.beginObject()
      json.member("first", 1)
      json.name("list")
      json.beginArray()
      json.value("a")
      json.beginObject()
      json.endObject()
      json.null()
      json.value(true)
      json.endArray()
      json.name("a \"name\"")
      json.value(encoded: "[1,2]")
      json.member("last", false)
      json.endObject()
      json.endLine()
      json.value(2)
    }
    #expect(
      text == #"{"first":1,"list":["a",{},null,true],"a \"name\"":[1,2],"last":false}"# + "\n2")
  }

  @Test(arguments: [
    (0, "0"), (7, "7"), (-120, "-120"), (.max, "9223372036854775807"),
    (.min, "-9223372036854775808"),
  ])
  func writesWholeNumbers(number: Int, expected: String) {
    #expect(text { $0.value(number) } == expected)
  }

  @Test(arguments: [
    (0.0, 3, "0.000"), (1.0005, 3, "1.001"), (-1.25, 1, "-1.3"), (-0.0001, 3, "0.000"),
    (0.99996, 4, "1.0000"), (12.3, 0, "12"), (1e16, 2, "1e+16"), (.infinity, 2, "null"),
    (.nan, 2, "null"),
  ])
  func roundsToDecimals(number: Double, decimals: Int, expected: String) {
    #expect(text { $0.value(number, decimals: decimals) } == expected)
  }

  /// Foundation reads back what was written, to the last bit.
  @Test(arguments: [
    "", "plain", "quote \" backslash \\ slash /", "line\nfeed\r\ttab", "\u{0}\u{1f}\u{7f}", "鞋 👟 é",
  ])
  func escapesStrings(string: String) throws {
    let written = text { json in
      json.beginArray()
      json.value(string)
      json.endArray()
    }
    #expect(try JSONDecoder().decode([String].self, from: Data(written.utf8)) == [string])
  }

  @Test func writesFloatsWithTheFewestDigits() throws {
    var generator = SystemRandomNumberGenerator()
    let floats =
      (0..<1_000).map { _ in Float.random(in: -1...1, using: &generator) } + [1e-20, 3e30]
    let written = text { json in
      json.beginArray()
      for float in floats { json.value(float) }
      json.endArray()
    }
    #expect(try JSONDecoder().decode([Float].self, from: Data(written.utf8)) == floats)
    #expect(text { $0.value(Float.nan) } == "null")
  }

  @Test func forgetsAndGoesOn() {
    var json = JSONWriter(capacity: 64)
    json.value(1)
    json.removeAll(keepingUpTo: 1 << 10)
    json.value(2)
    #expect(json.text == "2")
  }
}
