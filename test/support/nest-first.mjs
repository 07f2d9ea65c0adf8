// Loads Nest before the packages that are still CommonJS. Nest is ESM, and `require` of it in the middle of an import cycle fails.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
