import Classification
import Hummingbird
import Imaging

/// What the query of a prediction asks for.
struct PredictionParameters: Sendable {
  /// Classes to name; a model of fewer names all it has.
  var topK: Int
  /// The version of the model; `nil` for the one that is served.
  var modelVersion: String?
  var preprocessing: Preprocessing
  /// Whether the answer shows what the engine saw.
  var includesTensor: Bool

  static let tensorName = "tensor"
  static let defaultTopK = 3

  /// What was asked for earlier.
  init(topK: Int, modelVersion: String?, preprocessing: Preprocessing) {
    self.topK = topK
    self.modelVersion = modelVersion
    self.preprocessing = preprocessing
    includesTensor = false
  }

  /// Reads the query.
  ///
  /// - Throws: ``APIError`` with status 422 when a parameter has an unusable value.
  init(_ request: Request) throws(APIError) {
    let query = request.uri.queryParameters
    topK = Self.defaultTopK
    if let text = query["top_k"] {
      guard let count = Int(text), (1...LabelSet.countLimit).contains(count) else {
        throw .invalidParameter("top_k must be a whole number from 1 to \(LabelSet.countLimit)")
      }
      topK = count
    }
    preprocessing = .auto
    if let text = query["preprocess"] {
      guard let chosen = Preprocessing(rawValue: String(text)) else {
        let names = Preprocessing.allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalidParameter("preprocess must be one of \(names)")
      }
      preprocessing = chosen
    }
    modelVersion = query["model"].map { String($0) }
    let included = query["include"].map { String($0) }
    includesTensor = included == Self.tensorName
    if let included, !includesTensor {
      throw .invalidParameter("include must be \(Self.tensorName), not \(included.prefix(32))")
    }
    if modelVersion == "" { throw .invalidParameter("model must name a version") }
  }
}
