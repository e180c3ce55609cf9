import Classification
import Dataset
import Imaging
import Testing

@Suite struct PhotoTests {
  private let preprocessor = Preprocessor()

  @Test func garmentsOnAnyGroundComeBackAsInTheDataSet() throws {
    let originals = try FashionMNIST.test()
    let garments = try Oracle.shared.get().garments
    let indices = try garments.map { try #require(Int($0.name.prefix(3))) }
    var recognised = 0
    for (picture, index) in zip(garments, indices) {
      let tensor = try preprocessor.prepare(picture.bytes, with: .photo).tensor
      // Where a garment was cropped by a fraction of a pixel differs: 0.06 in the mean.
      #expect(distance(tensor, originals.tensor(at: index)) < 0.16, "\(picture.name)")
      let nearest = Set(indices).min {
        distance(tensor, originals.tensor(at: $0)) < distance(tensor, originals.tensor(at: $1))
      }
      if nearest == index { recognised += 1 }
    }
    #expect(garments.count > 200)
    #expect(Double(recognised) >= 0.95 * Double(garments.count))
  }

  @Test func everyOrientationComesOutUpright() throws {
    let pictures = try Oracle.shared.get().orientations
    #expect(pictures.count == 24)
    let upright = try #require(pictures.first { $0.name == "1.png" })
    let expected = try preprocessor.prepare(upright.bytes, with: .photo).tensor
    for picture in pictures {
      let tensor = try preprocessor.prepare(picture.bytes, with: .photo).tensor
      #expect(distance(tensor, expected) < 0.01, "\(picture.name)")
    }
  }

  @Test func aPictureOfNothingIsBlack() throws {
    for level: UInt8 in [0, 100, 255] {
      let png = PNGEncoder.encode(
        grey: [UInt8](repeating: level, count: 300), width: 20, height: 15)
      let tensor = try preprocessor.prepare(png, with: .photo).tensor
      #expect(tensor.pixels.allSatisfy { $0 == 0 })
    }
  }

  @Test func aWhiteCutoutStandsOutFromItsGround() throws {
    let cutout = try #require(try Oracle.shared.get().cutouts.first)
    let tensor = try preprocessor.prepare(cutout.bytes, with: .photo).tensor
    // 30x70 pixels become 12x28 in the middle.
    for x in 0..<ImageTensor.width {
      let level = tensor.pixels[14 * ImageTensor.width + x]
      #expect((8..<20).contains(x) ? level == 1 : level == 0)
    }
  }

  private func distance(_ one: ImageTensor, _ other: ImageTensor) -> Float {
    zip(one.pixels, other.pixels).reduce(0) { $0 + abs($1.0 - $1.1) }
      / Float(ImageTensor.elementCount)
  }
}
