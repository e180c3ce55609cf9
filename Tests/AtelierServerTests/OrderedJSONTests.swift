import Foundation
import Testing

@testable import AtelierServer

@Suite struct OrderedJSONTests {
  @Test func keepsOrderAndDecimals() {
    let value: OrderedJSON = [
      "model": "ONNX", "class": "T-shirt/top", "confidence": .fixed(0.98765, decimals: 4),
      "b": [1, true, .null], "a": [:],
    ]
    #expect(
      value.text == #"{"model":"ONNX","class":"T-shirt/top","confidence":0.9877,"#
        + #""b":[1,true,null],"a":{}}"#)
  }

  @Test(arguments: [
    (0.0, 4, "0.0000"), (1, 4, "1.0000"), (0.00004, 4, "0.0000"), (0.99996, 4, "1.0000"),
    (-0.5, 1, "-0.5"), (2.345, 2, "2.35"), (12.5, 0, "13"), (.infinity, 2, "null"),
    (1e20, 2, "1e+20"),
  ])
  func roundsToDecimals(value: Double, decimals: Int, text: String) {
    #expect(OrderedJSON.fixed(value, decimals: decimals).text == text)
  }

  @Test func foundationReadsAnyString() throws {
    let string =
      (0..<0x300).compactMap(Unicode.Scalar.init).map { String(Character($0)) }
      .joined() + "\u{2028}👟\"\\"
    let data = Data(OrderedJSON.string(string).utf8)
    #expect(try JSONDecoder().decode(String.self, from: data) == string)
  }
}
