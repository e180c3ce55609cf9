import Classification
enum PhotoPreprocessing {
  static let workingSide = 448
  static func tensor(of picture: Picture) -> ImageTensor { ClassicPreprocessing.tensor(of: picture) }
}
