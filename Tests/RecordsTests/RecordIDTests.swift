import Foundation
import Testing

@testable import Records

@Suite struct RecordIDTests {
  /// The example of RFC 9562, appendix A.6.
  @Test func agreesWithTheExampleOfTheStandard() {
    struct Bits: RandomNumberGenerator {
      var values: [UInt64] = [0xCC3, 0x18C4_DC0C_0C07_398F << 2]
      mutating func next() -> UInt64 { values.removeFirst() }
    }
    var bits = Bits()
    let date = Date(timeIntervalSince1970: 1_645_557_742.0)
    #expect(
      RecordID.make(at: date, using: &bits) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
  }

  @Test func sortsByTime() {
    let identities = (0..<100).map {
      RecordID.make(at: Date(timeIntervalSince1970: 1_790_000_000 + Double($0) / 1_000))
    }
    #expect(identities == identities.sorted())
    #expect(Set(identities).count == 100)
  }

  @Test func isAUUID() {
    for _ in 0..<100 { #expect(UUID(uuidString: RecordID.make()) != nil) }
  }
}
