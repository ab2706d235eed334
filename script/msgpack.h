/* What msgpack-python 0.5.6 declares of C, and CPython 3.13 no longer has. It is called for objects
   of the old buffer protocol only, and Python 3 has none: so it may refuse all. */
#include <Python.h>
#if PY_VERSION_HEX >= 0x030D0000
static inline int PyObject_AsReadBuffer(PyObject *object, const void **buffer, Py_ssize_t *length)
{
    PyErr_SetString(PyExc_TypeError, "a bytes-like object is required");
    return -1;
}
#endif
