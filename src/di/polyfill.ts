// Inversify keeps what decorators say in the metadata API; it has to be there before the first of them runs.
import 'reflect-metadata';
