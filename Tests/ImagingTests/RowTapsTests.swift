import CPixels
import Testing

@testable import Imaging

@Suite struct RowTapsTests {
  /// What the vectors of the processor add up is what a plain loop does.
  @Test(arguments: [
    (1, 28), (2, 28), (15, 28), (16, 28), (17, 3), (28, 27), (29, 28), (100, 28), (640, 28),
    (641, 1), (4_000, 28), (20_000, 5),
  ])
  func resizesRowsAsAPlainLoopDoes(width: Int, newWidth: Int) {
    var generator = SystemRandomNumberGenerator()
    let kernel = ResampleKernel(from: width, to: newWidth)
    for levels in [UInt8.min ... .max, UInt8.max ... .max] {
      let pixels = (0..<width * 3).map { _ in UInt8.random(in: levels, using: &generator) }
      let resized = Plane(width: width, height: 3, pixels: pixels)
        .resized(width: newWidth, height: 3)
      var expected: [UInt8] = []
      for y in 0..<3 {
        var weights = kernel.weights[...]
        for range in kernel.ranges {
          let row = pixels[(y * width + range.lowerBound)...]
          let sum = zip(row, weights.prefix(range.count)).reduce(ResampleKernel.half) {
            $0 &+ Int32($1.0) &* $1.1
          }
          expected.append(ResampleKernel.byte(sum))
          weights = weights.dropFirst(range.count)
        }
      }
      #expect(resized.pixels == expected)
    }
  }

  @Test(arguments: [1, 3, 7, 8, 31, 32, 33, 640])
  func luminanceIsThatOfEachPixel(count: Int) {
    var generator = SystemRandomNumberGenerator()
    let samples = (0..<4 * count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    var luminance = [UInt8](repeating: 0, count: count)
    _ = cpixels_luminance(samples, count, &luminance)
    for x in 0..<count {
      let (red, green, blue) = (samples[4 * x], samples[4 * x + 1], samples[4 * x + 2])
      let sum = Int(red) * 19_595 + Int(green) * 38_470 + Int(blue) * 7_471
      #expect(Int(luminance[x]) == (sum + 0x8000) >> 16)
    }
  }

  @Test(arguments: [0, 1, 7, 8, 31, 32, 39]) func tellsColoursFromGrey(place: Int) {
    var luminance = [UInt8](repeating: 0, count: 40)
    // The fourth byte means nothing.
    var samples = (0..<40).flatMap { [UInt8]([$0, $0, $0, 255 - $0]) }
    #expect(!cpixels_luminance(samples, 40, &luminance))
    samples[4 * place + 2] += 1
    #expect(cpixels_luminance(samples, 40, &luminance))
  }
}
