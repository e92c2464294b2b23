"""One file an estimator, each with the functions that fit.py and convert.py call:

    build(parameters, seed)   the estimator, not fitted
    converged(model)          (whether it did, iterations); None where the method does not iterate
    predict(model, x)         (labels int64 [n], {output: float64 [n, classes]}) by scikit-learn itself
    ties(model, x, found)     (margins float64 [n], bound, why): how far each decision is from another one, MARGIN says in
                              what, and the largest margin at which float32 may decide otherwise
    facts(model)              what is worth knowing of the fitted model, by name
    graph(model, g)           writes it into a Graph of raw pixels
    SKL2ONNX                  options and the name of the output of skl2onnx's own converter

x is [n, pixels] float64, the pixels divided by 255.
"""
