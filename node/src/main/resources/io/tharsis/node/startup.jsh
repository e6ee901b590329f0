import io.tharsis.*;
import static io.tharsis.Tensors.*;
