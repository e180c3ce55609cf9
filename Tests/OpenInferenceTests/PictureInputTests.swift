import Classification
import Foundation
import Testing

@testable import OpenInference

@Suite struct PictureInputTests {
  private func request(_ shape: [Int], _ contents: TensorContents) throws -> InferRequest {
    InferRequest(inputs: [try Tensor(name: "image", shape: shape, contents: contents)])
  }

  @Test(arguments: [[2, 1, 28, 28], [2, 28, 28]]) func takesGreyLevels(shape: [Int]) throws {
    let levels = (0..<1_568).map { UInt8($0 % 256) }
    let bytes = try PictureInput.pictures(of: request(shape, .bytes(levels)))
    let floats = try PictureInput.pictures(
      of: request(shape, .floats(levels.map { Float($0) / 255 })))
    #expect(bytes == floats)
    #expect(
      bytes == [
        .tensor(ImageTensor(bytes: levels[..<784])), .tensor(ImageTensor(bytes: levels[784...])),
      ])
  }

  @Test(arguments: [[2], [2, 1]]) func takesFiles(shape: [Int]) throws {
    let pictures = try PictureInput.pictures(of: request(shape, .strings([[1, 2], [3]])))
    #expect(pictures == [.file([1, 2]), .file([3])])
  }

  @Test(arguments: [[1, 784], [28, 28], [1, 3, 28, 28], [1, 28, 27]])
  func namesAWrongShape(shape: [Int]) throws {
    let contents = TensorContents.floats(Array(repeating: 0, count: shape.reduce(1, *)))
    let error = #expect(throws: OpenInferenceError.self) {
      try PictureInput.pictures(of: request(shape, contents))
    }
    #expect(error?.kind == .invalidArgument)
    #expect(error?.message.contains("\(shape)") == true)
  }

  @Test(arguments: [255, -0.1, .nan, .infinity] as [Float])
  func namesGreyLevelsThatAreNone(level: Float) throws {
    var levels = Array(repeating: Float(0), count: 784)
    levels[5] = level
    let error = #expect(throws: OpenInferenceError.self) {
      try PictureInput.pictures(of: request([1, 28, 28], .floats(levels)))
    }
    #expect(error?.message.contains("element 5") == true)
  }

  @Test func namesWrongInputs() throws {
    let other = try Tensor(name: "picture", shape: [1], contents: .strings([[1]]))
    for inputs in [[], [other], [other, other]] {
      let error = #expect(throws: OpenInferenceError.self) {
        try PictureInput.pictures(of: InferRequest(inputs: inputs))
      }
      #expect(error?.message.contains("image") == true)
    }
    #expect(throws: OpenInferenceError.self) {
      try PictureInput.pictures(of: request([0], .strings([])))
    }
    let many = Array(repeating: [UInt8](), count: PictureInput.countLimit + 1)
    let error = #expect(throws: OpenInferenceError.self) {
      try PictureInput.pictures(of: request([many.count], .strings(many)))
    }
    #expect(error?.kind == .exhausted)
  }

  @Test(arguments: [[-1], [Int.max, 2], [3]]) func namesShapesThatDoNotFit(shape: [Int]) {
    #expect(throws: OpenInferenceError.self) {
      try Tensor(name: "image", shape: shape, contents: .bytes([1, 2]))
    }
  }
}
