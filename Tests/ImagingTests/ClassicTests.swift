import Classification
import Imaging
import Testing

@Suite struct ClassicTests {
  @Test func classicIsPillowToTheLastBit() throws {
    let oracle = try Oracle.shared.get()
    #expect(oracle.pictures.count >= 600)
    for (picture, expected) in zip(oracle.pictures, oracle.classic) {
      let prepared = try Preprocessor().prepare(picture.bytes, with: .classic)
      #expect(prepared.preprocessing == .classic)
      let differences = zip(prepared.tensor.pixels, expected).count { $0 != $1 }
      #expect(differences == 0, "\(picture.name)")
    }
  }
}
