# %% [markdown]
# # loops
# As somebody writes who comes from C.


# %%
def emphasise(amplitudes, coefficient=0.97):
    emphasised = [float(amplitudes[0])]
    for n in range(1, len(amplitudes)):
        emphasised.append(amplitudes[n] - coefficient * amplitudes[n - 1])
    return np.array(emphasised)


# %% [markdown]
# # float32
# As somebody writes who counts bytes.


# %%
def emphasise(amplitudes, coefficient=0.97):
    emphasised = np.array(amplitudes, dtype=np.float32)
    emphasised[1:] -= np.float32(coefficient) * np.asarray(amplitudes, dtype=np.float32)[:-1]
    return emphasised


# %% [markdown]
# # library primitives
# As somebody writes who knows that it is a filter.


# %%
def emphasise(amplitudes, coefficient=0.97):
    return scipy.signal.lfilter([1.0, -coefficient], [1.0], amplitudes)


# %% [markdown]
# # matrices
# As somebody writes who sees linear algebra everywhere.


# %%
def emphasise(amplitudes, coefficient=0.97):
    n = len(amplitudes)
    return (np.eye(n) - coefficient * np.eye(n, k=-1)) @ amplitudes
