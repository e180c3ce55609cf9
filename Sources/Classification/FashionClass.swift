/// The ten garment classes of Fashion-MNIST; the raw value is the label in the data set's files.
///
/// Source: Xiao, Rasul, Vollgraf, *Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
/// Learning Algorithms*, 2017, table 2.
public enum FashionClass: Int, CaseIterable, Sendable, Codable {
  case tShirtOrTop
  case trouser
  case pullover
  case dress
  case coat
  case sandal
  case shirt
  case sneaker
  case bag
  case ankleBoot

  /// The class name as the data set and every answer of the service spell it.
  public var name: String {
    switch self {
    case .tShirtOrTop: "T-shirt/top"
    case .trouser: "Trouser"
    case .pullover: "Pullover"
    case .dress: "Dress"
    case .coat: "Coat"
    case .sandal: "Sandal"
    case .shirt: "Shirt"
    case .sneaker: "Sneaker"
    case .bag: "Bag"
    case .ankleBoot: "Ankle boot"
    }
  }
}
