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
      #expect((8..<20).contains(x) ? level > 0.95 : level == 0)
    }
  }

  /// A light ground that becomes darker to the right and downwards; and a shadow beside the garment.
  @Test(arguments: [false, true])
  func neitherUnevenLightNorAShadowIsPartOfTheGarment(hasShadow: Bool) throws {
    let originals = try FashionMNIST.test()
    var close = 0
    for index in 0..<20 {
      let garment = originals.tensor(at: index)
      let photograph = Scene(garment: garment, hasShadow: hasShadow, rise: hasShadow ? 0 : -60)
      let tensor = try preprocessor.prepare(photograph.png, with: .photo).tensor
      if distance(tensor, garment) < 0.1 { close += 1 }
    }
    // Pale clothes become one with a ground that darkens.
    #expect(close >= 16)
  }

  @Test func coloursAreTakenAsTheirLuminance() throws {
    let garment = try FashionMNIST.test().tensor(at: 3)
    let scene = Scene(garment: garment, hasShadow: false, rise: 0)
    let jpeg = JPEGEncoder.encode(
      rgb: scene.levels.flatMap { [$0, $0, $0] }, width: Scene.side, height: Scene.side,
      quality: 95)
    let photo = try preprocessor.prepare(jpeg, with: .photo).tensor
    let png = try preprocessor.prepare(scene.png, with: .photo).tensor
    #expect(distance(photo, png) < 0.02)
  }

  private func distance(_ one: ImageTensor, _ other: ImageTensor) -> Float {
    zip(one.pixels, other.pixels).reduce(0) { $0 + abs($1.0 - $1.1) }
      / Float(ImageTensor.elementCount)
  }
}
