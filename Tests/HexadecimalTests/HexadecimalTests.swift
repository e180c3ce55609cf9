import Hexadecimal
import Testing

@Suite struct HexadecimalTests {
  @Test func bytesAreTwoDigitsEach() {
    #expect(Hexadecimal.text(of: []) == "")
    #expect(Hexadecimal.text(of: [0, 9, 10, 0x7f, 0xa0, 0xff]) == "00090a7fa0ff")
  }

  @Test func whatIsWrittenIsRead() {
    let bytes = (0...255).map { UInt8($0) }
    let text = Hexadecimal.text(of: bytes)
    #expect(text.utf8.count == 512)
    #expect(Hexadecimal.bytes(of: text) == bytes)
    #expect(Hexadecimal.bytes(of: text.uppercased()) == bytes)
    #expect(Hexadecimal.bytes(of: text.dropFirst(2)) == Array(bytes.dropFirst()))
    #expect(Hexadecimal.bytes(of: "")?.isEmpty == true)
  }

  @Test(arguments: ["0", "0g", "+1", "-1", " 1", "0x", "１２", "00\u{301}", "a/", "a:", "@a", "`a"])
  func otherTextsAreNoBytes(text: String) {
    #expect(Hexadecimal.bytes(of: text) == nil)
  }
}
