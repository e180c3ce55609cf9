import Classification
import Dataset
import Imaging
import Testing

@Suite struct AutomaticTests {
  private let preprocessor = Preprocessor()

  @Test func readyPicturesPassAsTheyAre() throws {
    let expected = try FashionMNIST.test().tensor(at: 0)
    let ready = try Oracle.shared.get().ready
    #expect(ready.count == 6)
    for picture in ready {
      let prepared = try preprocessor.prepare(picture.bytes)
      #expect(prepared == PreparedImage(tensor: expected, preprocessing: .auto), "\(picture.name)")
    }
  }

  @Test func otherPicturesGoTheWayOfPhotos() throws {
    let oracle = try Oracle.shared.get()
    let others =
      oracle.small + oracle.orientations
      + [
        Oracle.Picture(
          name: "narrow.png",
          bytes: PNGEncoder.encode(
            grey: (0..<27 * 28).map { UInt8($0 % 256) }, width: 27, height: 28))
      ]
    for picture in others {
      let automatic = try preprocessor.prepare(picture.bytes).tensor
      let photo = try preprocessor.prepare(picture.bytes, with: .photo).tensor
      #expect(automatic == photo, "\(picture.name)")
    }
  }

  @Test func tensorsComeBackFromPNG() throws {
    let images = try FashionMNIST.test()
    for index in 0..<20 {
      let tensor = images.tensor(at: index)
      #expect(try preprocessor.prepare(tensor.pngData()).tensor == tensor)
    }
    // Levels are rounded, and clipped to what a byte holds.
    let levels: [Float] = [-1, 0, 0.4 / 255, 0.6 / 255, 1, 2]
    let odd = ImageTensor(pixels: levels + [Float](repeating: 0, count: 784 - levels.count))
    let read = try preprocessor.prepare(odd.pngData()).tensor
    #expect(read.pixels.prefix(levels.count) == [0, 0, 0, 1 / Float(255), 1, 1])
  }
}
